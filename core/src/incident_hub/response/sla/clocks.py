"""The handler of the job kind `sla`: incidents that are new or changed severity get the clocks they should have."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from incident_hub.domain.jobs import Job
from incident_hub.domain.sla import ClockState, SlaKind
from incident_hub.domain.times import SECOND
from incident_hub.host.config import SlaConfig, SlaTarget
from incident_hub.storage.sla import ClockRow, insert_clocks, lock_clocks, set_clocks
from incident_hub.storage.tables import incident
from incident_hub.triage.batch import IDS, chunks
from incident_hub.triage.services import Services
from incident_hub.work.worker import BatchHandler, Done

__all__ = ["clock_handler", "reconcile"]

_HOLD = (
    select(incident.c.id, incident.c.severity, incident.c.created_at, incident.c.acknowledged_at)
    .where(
        incident.c.id.in_(IDS), incident.c.state.not_in(("resolved", "closed")), incident.c.merged_into.is_(None)
    )
    .order_by(incident.c.id)
    .with_for_update(key_share=True)
)  # fmt: skip


def clock_handler(services: Services) -> BatchHandler:
    """The handler; a job's payload is `{"incidents": [ids]}`. Twice it changes nothing."""

    async def clocks(jobs: Sequence[Job]) -> Done:
        lists = [given for job in jobs if isinstance(given := job.payload.get("incidents"), list)]
        ids = sorted({str(key) for given in lists for key in given})
        if not services.config.sla.enabled or not ids:
            return Done()
        return Done(partial(reconcile, ids=ids, config=services.config.sla))

    return clocks


def reconcile(connection: Connection, ids: Sequence[str], config: SlaConfig) -> None:
    """Give each incident that is active the clocks of its severity; those that are met or breached stay so."""
    for part in chunks(list(ids)):
        rows = connection.execute(_HOLD, {"ids": part}).all()
        known = lock_clocks(connection, [row.id for row in rows])
        fresh: list[ClockRow] = []
        changed: list[ClockRow] = []
        for row in rows:
            have = {one.kind: one for one in known.get(row.id, ())}
            for kind, seconds in _wanted(row.severity, config):
                if kind not in have:
                    fresh += _new(row, kind, seconds, config.at_risk)
                elif have[kind].severity != row.severity and have[kind].met_at is None:
                    changed.append(_moved(have[kind], row.severity, seconds, config.at_risk))
        insert_clocks(connection, fresh)
        set_clocks(connection, changed)


def _wanted(severity: str, config: SlaConfig) -> Iterator[tuple[str, float | None]]:
    by_severity: Mapping[str, SlaTarget] = {
        "P0": config.P0, "P1": config.P1, "P2": config.P2, "P3": config.P3, "P4": config.P4,
    }  # fmt: skip
    target = by_severity[severity]
    yield SlaKind.ACKNOWLEDGE, target.acknowledge_seconds
    yield SlaKind.RESOLVE, target.resolve_seconds


def _new(row: Any, kind: str, seconds: float | None, part: float) -> list[ClockRow]:  # noqa: ANN401 - a row
    if seconds is None:
        return []
    span = int(seconds * SECOND)
    risky = row.created_at + int(span * part)
    deadline = row.created_at + span
    met = row.acknowledged_at if kind == SlaKind.ACKNOWLEDGE else None
    state = ClockState.MET if met is not None and met <= deadline else ClockState.RUNNING
    due = None if state == ClockState.MET else risky
    return [ClockRow(row.id, kind, row.severity, state, row.created_at, deadline, risky, due, met_at=met)]


def _moved(clock: ClockRow, severity: str, seconds: float | None, part: float) -> ClockRow:
    """The clock with the deadline of another severity; what was paused so far stays granted."""
    if seconds is None:
        return clock._replace(severity=severity, state=ClockState.MET, due_at=None, met_at=clock.started_at)
    if clock.state == ClockState.BREACHED:
        return clock._replace(severity=severity)
    span = int(seconds * SECOND)
    risky, deadline = clock.started_at + int(span * part), clock.started_at + span
    due = risky if clock.state == ClockState.RUNNING else None
    return clock._replace(severity=severity, deadline=deadline, at_risk_at=risky, due_at=due, warned_at=None)
