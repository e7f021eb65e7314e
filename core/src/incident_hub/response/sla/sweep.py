"""Deadlines that come near, and deadlines that passed: each is told once, by whichever process is there first."""

from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.sla import ClockState
from incident_hub.domain.times import SECOND, to_datetime
from incident_hub.events.append import append_events
from incident_hub.storage.sla import ClockRow, due_clocks, set_clocks
from incident_hub.work.queue import enqueue

__all__ = ["sweep_clocks"]

_ACTOR = "hub:sla"
_LIMIT = 500


def sweep_clocks(connection: Connection, now: int) -> int:
    """Tell of the clocks that are due, some hundreds a call; returns how many.

    Configured targets that listen for `sla_at_risk` or `sla_breached` hear of it too.
    """
    due = due_clocks(connection, now, _LIMIT)
    passed = [(clock, clock.deadline <= now) for clock in due]
    set_clocks(connection, [_told(clock, now, over=over) for clock, over in passed])
    append_events(connection, [_event(clock, now, over=over) for clock, over in passed])
    enqueue(connection, [_routing(clock, over=over) for clock, over in passed], now)
    return len(due)


def _told(clock: ClockRow, now: int, *, over: bool) -> ClockRow:
    if over:
        return clock._replace(state=ClockState.BREACHED, due_at=None, breached_at=clock.deadline)
    return clock._replace(due_at=clock.deadline, warned_at=now)


def _event(clock: ClockRow, now: int, *, over: bool) -> NewEvent:
    kind = EventType.SLA_BREACHED if over else EventType.SLA_AT_RISK
    data = {
        "clock": clock.kind,
        "severity": clock.severity,
        "deadline": to_datetime(clock.deadline).isoformat().replace("+00:00", "Z"),
        "remaining_seconds": max(clock.deadline - now, 0) // SECOND,
    }
    return NewEvent(clock.incident_id, kind, now, _ACTOR, data)


def _routing(clock: ClockRow, *, over: bool) -> NewJob:
    name = "sla_breached" if over else "sla_at_risk"
    payload = {"incident": clock.incident_id, "event": name}
    number = f"{clock.kind}-{clock.deadline}"
    return NewJob("route", payload, f"route:{clock.incident_id}:{name}:{number}", clock.incident_id)
