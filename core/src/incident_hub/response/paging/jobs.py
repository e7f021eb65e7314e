"""The intent to page a receiver: the one door through which rules, escalation and people page."""

from collections.abc import Mapping, Sequence

from incident_hub.domain.jobs import NewJob, Priority, job_key
from incident_hub.domain.receivers import Receiver

__all__ = ["page_job"]


def page_job(
    incident_id: str,
    event: str,
    number: str,
    receiver: Receiver,
    severity: str,
    *,
    channels: Sequence[str] = (),
    because: Mapping[str, object] | None = None,
    run_at: int = 0,
) -> NewJob:
    """The intent; written in the transaction of its cause.

    `event` is what happened (created, escalated, sla_breached ...); `number` tells its repeats apart, so the
    same cause pages once. No `channels` means those that the receiver prefers. `because` (a rule, a policy
    and its level) goes to the timeline as it is.
    """
    return NewJob(
        kind="page",
        key=job_key("page", incident_id, event, number, str(receiver)),
        incident_id=incident_id,
        payload={
            "event": event,
            "number": number,
            "receiver": str(receiver),
            "channels": list(channels),
            "because": dict(because or {}),
        },
        run_at=run_at,
        priority=Priority.PAGE if severity in ("P0", "P1") else Priority.NORMAL,
    )
