"""What a notification is judged by before it is sent: read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import Incident
from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.response.deliveries import heard
from incident_hub.response.notify.needless import incident_now, needless, overtaken
from incident_hub.storage.notifications import (
    DeliveryState,
    find_notification,
    of_digest,
    queue_notifications,
)
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.work.notifications import record_of

__all__ = ["Seen", "look", "look_at_digest", "made_up"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A record, its incident as it stands, and why nobody need hear of it; empty when somebody has to."""

    record: DeliveryRow
    incident: Incident | None
    needless: str


def look(connection: Connection, job: Job) -> Seen | None:
    """What there is on a job; None when it has no record."""
    record = find_notification(connection, (job.key or job.id)[:200])
    if record is None:
        return None
    return _seen(connection, record, job.payload)


def look_at_digest(connection: Connection, digest: str) -> Sequence[Seen]:
    """The same for all that goes out in one message, oldest first."""
    spared: dict[tuple[str, str], bool] = {}
    found = []
    for record in of_digest(connection, digest):
        one = _seen(connection, record, {}, spared.get((record.incident_id, record.place)))
        if record.event == "created":
            spared[record.incident_id, record.place] = not one.needless
        found.append(one)
    return found


def made_up(connection: Connection, job: Job, now: int) -> Seen | None:
    """A record for an intent that was written without one."""
    row = record_of(job.key or job.id, job.incident_id or "", job.payload, now)
    queue_notifications(connection, [row])
    return look(connection, job)


def _seen(
    connection: Connection, record: DeliveryRow, payload: Mapping[str, object], spared: bool | None = None
) -> Seen:
    if record.state == DeliveryState.DEAD:  # somebody replays it: it has all its tries again
        record = record._replace(failures=0)
    one = incident_now(connection, record.incident_id)
    if one is None:
        return Seen(record, None, "the incident is gone")
    begun = spared
    if record.event == "resolved" and begun is None:
        begun = heard(connection, one.id).get(record.place)
    return Seen(record, one, needless(record.event, one, begun) or overtaken(payload, one))
