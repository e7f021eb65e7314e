"""One way to somebody: a person's address on a channel, or a configured target."""

from dataclasses import dataclass
from hashlib import sha256

from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.triage.route import notify_job, notify_key

__all__ = ["Reach", "reach_job"]


@dataclass(frozen=True, slots=True)
class Reach:
    """`receiver` is who was meant, as text; `target` is a configured target's name, else empty.

    `person` and `address` are empty for a configured target, whose address stays in the configuration.
    `not_before` is in microseconds since 1970, 0 for at once; `why` says why it is this way, and then.
    """

    receiver: str
    channel: str
    person: str = ""
    address: str = ""
    target: str = ""
    not_before: int = 0
    why: str = ""

    @property
    def place(self) -> str:
        """A short name of where it goes, the same each time, with no address in it."""
        if self.target:
            return self.target
        digest = sha256(f"{self.person}\0{self.channel}\0{self.address}".encode()).hexdigest()
        return f"{self.channel}.{digest[:24]}"


def reach_job(
    incident_id: str, event: str, number: str, reach: Reach, severity: str, *, acknowledged: bool = False
) -> NewJob:
    """The intent to notify by it; however many receivers lead to one address, it hears once.

    What has to wait is spared when somebody acknowledges the incident meanwhile, unless that was so before.
    """
    if reach.target:
        return notify_job(incident_id, event, number, reach.target, severity)
    return NewJob(
        kind="notify",
        key=notify_key(incident_id, event, number, reach.place),
        incident_id=incident_id,
        payload={
            "event": event,
            "number": number,
            "place": reach.place,
            "receiver": reach.receiver,
            "person": reach.person,
            "channel": reach.channel,
            "address": reach.address,
            **({"unless_acknowledged": True} if reach.not_before and not acknowledged else {}),
        },
        run_at=reach.not_before,
        priority=Priority.PAGE if severity in ("P0", "P1") else Priority.NORMAL,
    )
