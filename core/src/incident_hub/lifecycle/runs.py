"""What a change of incidents does to their escalations, in the change's own transaction.

The caller holds the incidents' rows. A timer that fires later finds that its step is over; so stopping a
run costs one statement, and no timer has to be looked for.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from incident_hub.domain.escalation import RunState
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.storage.bulk import among, execute_many, select_rows
from incident_hub.storage.tables_escalation import LIVE_RUN
from incident_hub.work.lease import database_now
from incident_hub.work.queue import enqueue

__all__ = ["NEW", "acknowledge_runs", "start_job", "stop_runs", "timer_job"]

NEW = "it is new"
_STOP = (
    "UPDATE escalation {indexed}SET state = ?, next_at = NULL, remaining = NULL, stopped_at = ?, stopped_by = ? "
    f"WHERE incident_id {{keys}} AND {LIVE_RUN} RETURNING id, incident_id, policy_id, level"
)
_ACKNOWLEDGE = (
    "UPDATE escalation {indexed}SET state = 'acknowledged', step = step + 1, next_at = NULL, remaining = NULL, "
    f"stopped_at = ?, stopped_by = ? WHERE incident_id {{keys}} AND {LIVE_RUN} AND state <> 'acknowledged' "
    "RETURNING id, incident_id, policy_id, level, step, repage"
)
_REPAGE_AT = "UPDATE escalation SET next_at = ? WHERE id = ?"


def timer_job(run_id: str, incident_id: str, step: int, run_at: int) -> NewJob:
    """The timer of a run's step. It is urgent whatever the incident is: who waits for it has waited already."""
    payload = {"run": run_id, "step": step}
    return NewJob("escalate", payload, f"escalate:{run_id}:{step}", incident_id, run_at, Priority.PAGE)


def start_job(ids: Sequence[str], why: str, key: str | None = None) -> NewJob:
    """The intent to see which policy these incidents need, if any; one that has a run keeps it."""
    only = ids[0] if len(ids) == 1 else None
    payload = {"incidents": list(ids), "why": why}
    return NewJob("start_escalation", payload, key, only, priority=Priority.PAGE)


def stop_runs(connection: Connection, ids: Sequence[str], state: str, actor: str, now: int) -> list[NewEvent]:
    """End the live runs of these incidents; returns the events that say so, for the caller to append."""
    rows = _change(connection, _STOP, ids, (state, now, actor))
    return [_stopped(row, state, actor, now) for row in rows]


def acknowledge_runs(connection: Connection, ids: Sequence[str], actor: str, now: int) -> list[NewEvent]:
    """Hold the runs of these incidents; one with a time to resolve pages again when that is over."""
    rows = _change(connection, _ACKNOWLEDGE, ids, (now, actor))
    if timed := [row for row in rows if row[5] is not None]:
        clock = database_now(connection, now)
        execute_many(connection, _REPAGE_AT, [(clock + row[5], row[0]) for row in timed])
        enqueue(connection, [timer_job(row[0], row[1], row[4], clock + row[5]) for row in timed], now)
    return [_stopped(row, RunState.ACKNOWLEDGED, actor, now) for row in rows]


def _change(
    connection: Connection, sql: str, ids: Sequence[str], values: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    condition, keys = among(connection, ids)
    # SQLite does not know how few the keys are, and would look at every live run.
    indexed = "INDEXED BY uq_escalation_live " if connection.dialect.name == "sqlite" else ""
    return select_rows(connection, sql.format(keys=condition, indexed=indexed), (*values, keys))


def _stopped(row: tuple[Any, ...], why: str, actor: str, now: int) -> NewEvent:
    data = {"escalation": row[0], "policy": row[2], "levels_fired": row[3], "why": why}
    return NewEvent(row[1], EventType.ESCALATION_STOPPED, now, actor, data)
