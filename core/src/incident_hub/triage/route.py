"""The last stage: who shall hear of it. Targets are named by place and channel, never by their URL."""

from collections.abc import Collection, Sequence

from incident_hub_hookspecs import Severity

from incident_hub.domain.jobs import NewJob, Priority, job_key
from incident_hub.host.config import NotifyTarget

__all__ = ["named_targets", "notify_job", "notify_key", "wants"]


def named_targets(
    targets: Sequence[NotifyTarget], channels: Collection[str]
) -> list[tuple[str, NotifyTarget]]:
    """The targets whose channel some plugin serves, each with its name."""
    return [
        (f"{target.channel}.{index}", target)
        for index, target in enumerate(targets)
        if target.channel in channels
    ]


def wants(target: NotifyTarget, event: str, severity: str) -> bool:
    """Whether the target listens for such an event of an incident this bad."""
    least = Severity(target.min_severity)
    return event in target.on and not least.worse_than(Severity(severity))


def notify_key(incident_id: str, event: str, number: str, target: str) -> str:
    """The key of a notification: sent again, it is the same one. `number` tells repeated events apart."""
    return job_key("notify", incident_id, event, number, target)


def notify_job(incident_id: str, event: str, number: str, target: str, severity: str) -> NewJob:
    """The intent to notify one target."""
    return NewJob(
        kind="notify",
        key=notify_key(incident_id, event, number, target),
        incident_id=incident_id,
        payload={"event": event, "number": number, "target": target},
        priority=Priority.PAGE if severity in ("P0", "P1") else Priority.NORMAL,
    )
