"""Whether the work by which people are told gets done: what waits too long, and what was given up."""

from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, text

from incident_hub.domain.jobs import Priority
from incident_hub.response.auditing.trouble import Terms, Trouble, TroubleKind
from incident_hub.storage.tables import job

__all__ = ["URGENT", "dead_jobs", "late_jobs"]

URGENT = ("escalate", "start_escalation", "page", "notify", "route")
_C = job.c
_FIGURES = select(
    func.count().label("jobs"), func.min(_C.key).label("key"), func.min(_C.error).label("error")
)
_LANES = (Priority.PAGE, Priority.NORMAL)


def late_jobs(connection: Connection, terms: Terms) -> list[Trouble]:
    """Due work that nobody does, and pages that are tried in vain for too long."""
    due = _C.run_at < terms.clock - terms.grace
    in_vain = (_C.attempts > 0) & (_C.created_at < terms.until) & (_C.priority == Priority.PAGE)
    wanted = _FIGURES.where(
        text("state = 'ready'"), _C.priority.in_(_LANES), _C.kind.in_(URGENT), or_(due, in_vain)
    )
    return _trouble(connection, TroubleKind.LATE, wanted)


def dead_jobs(connection: Connection, terms: Terms) -> list[Trouble]:
    """What was given up of late; dead letters can be replayed."""
    wanted = _FIGURES.where(
        text("state = 'dead'"), _C.finished_at > terms.clock - terms.window, _C.kind.in_(URGENT)
    )
    return _trouble(connection, TroubleKind.DEAD, wanted)


def _trouble(connection: Connection, kind: TroubleKind, query: Select[Any, Any, Any]) -> list[Trouble]:
    row = connection.execute(query).one()
    example = f"{row.key}: {row.error}" if row.error else str(row.key)
    return [Trouble(kind, row.jobs, example)] if row.jobs else []
