"""A group is active while a member is, resolved when none is, and closed some time after that."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, exists, select, update

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events.append import append_events
from incident_hub.storage.tables import incident, incident_group
from incident_hub.triage.batch import ACTOR

__all__ = ["sweep_groups"]

MOST = 500
_ACTIVE_MEMBER = exists().where(
    incident.c.group_id == incident_group.c.id, incident.c.state.not_in(("resolved", "closed"))
)
_FOUND = select(incident_group.c.id, incident_group.c.primary_incident_id).with_for_update(skip_locked=True)
_ENDED = _FOUND.where(incident_group.c.state == "active", incident_group.c.size > 0, ~_ACTIVE_MEMBER)
_BACK = _FOUND.where(incident_group.c.state == "resolved", _ACTIVE_MEMBER)
_OVER = _FOUND.where(incident_group.c.state == "resolved")


def sweep_groups(connection: Connection, close_after: int, now: int) -> int:
    """Bring the groups' states up to their members'; returns how many changed. `close_after` in microseconds."""
    done = _turn(connection, _BACK, "resolved", "active", None, now)
    done += _turn(connection, _ENDED, "active", "resolved", now, now)
    over = _OVER.where(incident_group.c.ended_at <= now - close_after)
    return done + _turn(connection, over, "resolved", "closed", now, now)


def _turn(
    connection: Connection, found: Select[Any], before: str, after: str, ended: int | None, now: int
) -> int:
    rows = connection.execute(found.order_by(incident_group.c.id).limit(MOST)).all()
    if rows:
        values: dict[str, object] = {"state": after, "updated_at": now}
        if after != "closed":
            values["ended_at"] = ended
        mine: Sequence[str] = [row.id for row in rows]
        connection.execute(update(incident_group).where(incident_group.c.id.in_(mine)).values(values))
        append_events(
            connection, [_event(row.id, row.primary_incident_id, before, after, now) for row in rows]
        )
    return len(rows)


def _event(group: str, primary: str, before: str, after: str, now: int) -> NewEvent:
    data = {"group": group, "before": before, "after": after}
    return NewEvent(primary, EventType.GROUP_STATE_CHANGED, now, ACTOR, data)
