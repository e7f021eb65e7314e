"""Runs that wait for a timer which is not there: it is set again."""

from sqlalchemy import Connection, select

from incident_hub.domain.escalation import LIVE
from incident_hub.response.auditing.trouble import Terms, Trouble, TroubleKind
from incident_hub.response.escalation.course import Place
from incident_hub.response.escalation.writing import Writing
from incident_hub.storage.escalations import lock_runs
from incident_hub.storage.tables import job
from incident_hub.storage.tables_escalation import escalation

__all__ = ["repair_timers"]

_MOST = 500
_C = escalation.c


def repair_timers(connection: Connection, terms: Terms) -> list[Trouble]:
    """A run that is overdue and whose timer no worker will ever see gets another one, due now."""
    overdue = (
        select(_C.id, _C.step)
        .where(_C.next_at.is_not(None), _C.next_at < terms.clock - terms.grace, _C.state.in_(LIVE))
        .order_by(_C.next_at)
        .limit(_MOST)
    )
    keys = {f"escalate:{row.id}:{row.step}": row.id for row in connection.execute(overdue)}
    waiting = select(job.c.key).where(job.c.key.in_(list(keys)), job.c.state.in_(("ready", "leased")))
    known = {row.key for row in connection.execute(waiting)} if keys else set()
    lost = {keys[key]: int(key.rpartition(":")[2]) for key in keys.keys() - known}
    writing = Writing(terms.now, terms.clock, "hub:auditor")
    for key, run in lock_runs(connection, lost.keys(), skip=True).items():
        if run.step == lost[key] and run.state in LIVE:  # else it went on meanwhile
            writing.wait(
                run, Place(run.level, run.round, 0), state=run.state, remaining=run.remaining,
                stopped_at=run.stopped_at, stopped_by=run.stopped_by,
            )  # fmt: skip
    writing.write(connection)
    if not writing.runs:
        return []
    return [
        Trouble(TroubleKind.LOST_TIMERS, len(writing.runs), f"escalation {writing.runs[0].id}", repaired=True)
    ]
