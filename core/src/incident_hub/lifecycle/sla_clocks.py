"""What a change of incidents does to their SLA clocks, in the change's own transaction.

Who holds an incident's row may change its clocks. A clock whose deadline passed before it was met is breached;
the sweep that tells of deadlines says so, once.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.domain.sla import SlaKind
from incident_hub.storage.bulk import among, execute_many, select_rows

__all__ = ["clock_job", "meet_acknowledge", "meet_all", "restart_clocks"]

_MET = (
    "UPDATE sla_clock SET met_at = ?, paused_at = NULL, "
    "state = CASE WHEN state = 'breached' OR (state = 'running' AND deadline < ?) THEN 'breached' ELSE 'met' END, "
    "due_at = CASE WHEN state = 'running' AND deadline < ? THEN due_at ELSE NULL END "
    "WHERE incident_id {keys} AND met_at IS NULL{more} RETURNING incident_id"
)
_RESTART = (
    "UPDATE sla_clock SET state = 'running', started_at = ?, deadline = ? + deadline - started_at, "
    "at_risk_at = ? + at_risk_at - started_at, due_at = ? + at_risk_at - started_at, warned_at = NULL, "
    "breached_at = NULL, paused_at = NULL, met_at = NULL WHERE incident_id = ?"
)


def clock_job(ids: Sequence[str]) -> NewJob:
    """The intent to give these incidents the clocks of their severity."""
    only = ids[0] if len(ids) == 1 else None
    return NewJob("sla", {"incidents": list(ids)}, None, only, priority=Priority.NORMAL)


def meet_acknowledge(connection: Connection, ids: Sequence[str], now: int) -> None:
    """Somebody has the incidents."""
    _meet(connection, ids, now, f" AND kind = '{SlaKind.ACKNOWLEDGE}'")


def meet_all(connection: Connection, ids: Sequence[str], now: int) -> None:
    """The incidents are over: nobody need acknowledge them any more either."""
    _meet(connection, ids, now, "")


def restart_clocks(connection: Connection, ids: Sequence[str], now: int) -> None:
    """The incidents came back: their clocks begin anew, with as much time as before."""
    execute_many(connection, _RESTART, [(now, now, now, now, key) for key in ids])


def _meet(connection: Connection, ids: Sequence[str], now: int, more: str) -> None:
    condition, keys = among(connection, ids)
    select_rows(connection, _MET.format(keys=condition, more=more), (now, now, now, keys))
