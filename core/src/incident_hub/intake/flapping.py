"""Flap damping: an incident that keeps coming back is mute until it stays as it is for a while.

The two thresholds make the hysteresis: it takes `returns` within the window to begin, and a lasting time without
any change to end. Then whoever waits for it hears how it stands: that it burns, or that it is over.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.rules import FLAPPING
from incident_hub.domain.times import SECOND
from incident_hub.events.append import append_events
from incident_hub.intake.damping import Damping
from incident_hub.intake.releasing import release_jobs
from incident_hub.storage.tables import event, incident
from incident_hub.work.lease import database_now
from incident_hub.work.queue import enqueue

__all__ = ["damp", "settle_flapping"]

_C = incident.c
_CHANGES = (EventType.REOPENED.value, EventType.RESOLVED.value)
_ACTOR = "hub:flapping"


def damp(connection: Connection, returned: Sequence[str], damping: Damping, now: int) -> None:
    """Mute those of the incidents that have come back too often, their last return counted."""
    if not damping.returns or not returned:
        return
    query = (
        select(event.c.incident_id, func.count())
        .where(event.c.incident_id.in_(list(returned)), event.c.type == EventType.REOPENED.value)
        .where(event.c.at > now - damping.window)
        .group_by(event.c.incident_id)
    )
    often = {key: count for key, count in connection.execute(query) if count >= damping.returns}
    held = select(_C.id).where(_C.id.in_(sorted(often)), _C.silenced_by.is_(None)).order_by(_C.id)
    mute = [row.id for row in connection.execute(held)] if often else []
    if not mute:
        return
    connection.execute(update(incident).where(_C.id.in_(mute)).values(silenced_by=FLAPPING))
    more = {"window_seconds": damping.window // SECOND}
    append_events(
        connection,
        [
            NewEvent(key, EventType.FLAPPING_STARTED, now, _ACTOR, {"returns": often[key], **more})
            for key in mute
        ],
    )
    clock = database_now(connection, now)
    enqueue(connection, [_look(key, damping, clock, now) for key in mute], now)


def settle_flapping(connection: Connection, incident_id: str, damping: Damping, now: int) -> str:
    """End the damping if the incident stayed as it is for long enough, else look again; says what it did."""
    query = select(_C.state, _C.severity, _C.silenced_by, _C.version, _C.merged_into).where(
        _C.id == incident_id
    )
    row = connection.execute(query.with_for_update()).first()
    if row is None or row.merged_into or row.silenced_by != FLAPPING:
        return "not flapping any more"
    latest = select(func.max(event.c.at)).where(
        event.c.incident_id == incident_id, event.c.type.in_(_CHANGES)
    )
    quiet_since = connection.execute(latest).scalar_one() or 0
    if quiet_since + damping.lasting > now:
        clock = database_now(connection, now)
        enqueue(connection, [_look(incident_id, damping, clock - (now - quiet_since), now)], now)
        return "still flapping"
    active = row.state not in ("resolved", "closed")
    ended = NewJob(
        "route", {"incident": incident_id, "event": "resolved"}, f"route:{incident_id}:resolved:{row.version}f",
        incident_id,
    )  # fmt: skip
    jobs = release_jobs(connection, [(incident_id, row.severity)], now) if active else [ended]
    values = {"silenced_by": None, "updated_at": now, "version": row.version + 1}
    connection.execute(update(incident).where(_C.id == incident_id).values(values))
    data = {"state": row.state, "quiet_since": quiet_since}
    append_events(connection, [NewEvent(incident_id, EventType.FLAPPING_ENDED, now, _ACTOR, data)])
    enqueue(connection, jobs, now)
    return "over"


def _look(incident_id: str, damping: Damping, since: int, now: int) -> NewJob:
    key = f"flapping:{incident_id}:{now}"
    return NewJob("flapping", {}, key, incident_id, run_at=since + damping.lasting)
