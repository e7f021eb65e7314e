"""A firing alert that nobody repeats ends with its time to live."""

from typing import Any

from incident_hub_hookspecs import IncidentState
from sqlalchemy import Connection, bindparam, select

from incident_hub.domain.escalation import RunState
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events.append import append_events
from incident_hub.lifecycle.consequences import routing_job
from incident_hub.lifecycle.runs import stop_runs
from incident_hub.lifecycle.sla_clocks import meet_all
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.tables import incident
from incident_hub.work.queue import enqueue

__all__ = ["resolve_expired"]

_ENDED = (IncidentState.RESOLVED.value, IncidentState.CLOSED.value)
_LIMIT = 500
_ACTOR = "hub:expiry"
_CHANGE = (
    "state",
    "resolved_at",
    "resolved_by",
    "resolution_method",
    "expires_at",
    "updated_at",
    "version = version + ?",
)
_EXPIRED = (
    select(incident.c.id, incident.c.state, incident.c.version)
    .where(incident.c.expires_at < bindparam("now"), incident.c.state.not_in(_ENDED))
    .order_by(incident.c.id)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True)
)


def resolve_expired(connection: Connection, now: int) -> int:
    """Resolve incidents past `expires_at`, some hundreds a call; return how many."""
    rows = connection.execute(_EXPIRED, {"now": now}).all()
    changes: list[tuple[Any, ...]] = [
        (IncidentState.RESOLVED.value, now, _ACTOR, "automated", None, now, 1, row.id) for row in rows
    ]
    update_rows(connection, incident, _CHANGE, changes)
    if rows:
        stopped = stop_runs(connection, [row.id for row in rows], RunState.RESOLVED, _ACTOR, now)
        meet_all(connection, [row.id for row in rows], now)
        append_events(connection, [*(e for row in rows for e in _events(row.id, row.state, now)), *stopped])
        enqueue(connection, [routing_job(row.id, "resolved", row.version) for row in rows], now)
    return len(rows)


def _events(incident_id: str, state: str, now: int) -> list[NewEvent]:
    move = {"before": state, "after": "resolved", "method": "automated", "reason": "no alert kept it firing"}
    return [
        NewEvent(incident_id, kind, now, _ACTOR, move)
        for kind in (EventType.STATE_CHANGED, EventType.RESOLVED)
    ]
