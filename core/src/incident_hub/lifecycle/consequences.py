"""What follows from a change of one incident, in the transaction of the change, whoever made it.

Its escalation stops or begins again, and those who were told of its beginning hear of its end.
"""

from collections.abc import Mapping
from typing import Any

from incident_hub_hookspecs import IncidentState, Severity
from sqlalchemy import Connection

from incident_hub.domain.escalation import RunState
from incident_hub.domain.events import NewEvent
from incident_hub.domain.jobs import NewJob
from incident_hub.lifecycle.runs import acknowledge_runs, start_job, stop_runs
from incident_hub.lifecycle.sla_clocks import clock_job, meet_acknowledge, meet_all, restart_clocks
from incident_hub.work.queue import enqueue

__all__ = ["follow_up", "routing_job"]

_Row = Mapping[str, Any]


def follow_up(connection: Connection, before: _Row, after: _Row, actor: str, now: int) -> list[NewEvent]:
    """Write what follows; returns the events that say so. `before` and `after` are the incident's columns."""
    key, version = str(after["id"]), int(before["version"])
    was, is_ = IncidentState(before["state"]).active, IncidentState(after["state"]).active
    if was and not is_:
        enqueue(connection, [routing_job(key, "resolved", version)], now)
        meet_all(connection, [key], now)
        return stop_runs(connection, [key], RunState.RESOLVED, actor, now)
    if is_ and not was:
        again = start_job([key], "it came back", f"start:{key}:{version}")
        enqueue(connection, [routing_job(key, "reopened", version), again, clock_job([key])], now)
        restart_clocks(connection, [key], now)
        return []
    return _while_active(connection, before, after, actor, now) if is_ else []


def _while_active(connection: Connection, before: _Row, after: _Row, actor: str, now: int) -> list[NewEvent]:
    key, version = str(after["id"]), int(before["version"])
    events: list[NewEvent] = []
    if after["severity"] != before["severity"]:
        worse = Severity(after["severity"]).worse_than(Severity(before["severity"]))
        again = [start_job([key], "it became worse", f"start:{key}:{version}")] if worse else []
        enqueue(connection, [clock_job([key]), *again], now)
    if after["acknowledged_by"] is not None and before["acknowledged_by"] is None:
        enqueue(connection, [routing_job(key, "acknowledged", version)], now)
        meet_acknowledge(connection, [key], now)
        events = acknowledge_runs(connection, [key], actor, now)
    return events


def routing_job(incident_id: str, event: str, version: int) -> NewJob:
    """The intent to tell whom it concerns what happened; `version` is the incident's before it did."""
    payload = {"incident": incident_id, "event": event}
    return NewJob("route", payload, f"route:{incident_id}:{event}:{version}", incident_id)
