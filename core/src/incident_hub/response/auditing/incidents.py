"""Open incidents that nobody has and of which nobody was told, or that triage never saw."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from incident_hub.domain.ids import lowest_id
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.host.config import NotifyTarget
from incident_hub.lifecycle.runs import start_job
from incident_hub.response.auditing.trouble import Terms, Trouble, TroubleKind
from incident_hub.response.deliveries import heard
from incident_hub.storage.escalations import any_policy
from incident_hub.storage.tables import incident, job
from incident_hub.storage.tables_escalation import escalation
from incident_hub.triage.route import notify_job, wants
from incident_hub.work.notifications import enqueue_notifications
from incident_hub.work.queue import enqueue

__all__ = ["repair_silence", "repair_triage"]

_MOST = 500
_WHY = "the auditor found none"
_C = incident.c


def repair_triage(connection: Connection, terms: Terms) -> list[Trouble]:
    """An incident that is still as it came, while no triage waits or runs, is handed to triage again."""
    waiting = select(job.c.id).where(
        text("state IN ('ready', 'leased')"), job.c.kind == "triage"
    ).limit(1)  # fmt: skip
    stuck = _open_ones(terms).where(_C.state == "detected")
    ids = [row.id for row in connection.execute(stuck)]
    if not ids or connection.execute(waiting).first() is not None:
        return []
    enqueue(connection, [NewJob("triage", {"incidents": ids}, priority=Priority.TRIAGE)], terms.now)
    return [Trouble(TroubleKind.UNTRIAGED, len(ids), f"incident {ids[0]}", repaired=True)]


def repair_silence(
    connection: Connection, terms: Terms, targets: Sequence[tuple[str, NotifyTarget]], *, escalates: bool
) -> list[Trouble]:
    """Who wants to hear of an incident and was never asked for hears now; a missing escalation is looked for."""
    rows = connection.execute(
        _open_ones(terms).where(
            _C.state != "detected", _C.acknowledged_by.is_(None), _C.silenced_by.is_(None)
        )
    ).all()
    told = _untold(connection, rows, targets)
    enqueue_notifications(connection, told, terms.now)
    if rows and (escalates or any_policy(connection)):
        _look_for_policies(connection, [row.id for row in rows], terms)
    found = [Trouble(TroubleKind.UNTOLD, len(told), str(told[0].key), repaired=True)] if told else []
    return [*found, *_late_starts(connection, terms)]


def _untold(
    connection: Connection,
    rows: Sequence[Any],
    targets: Sequence[tuple[str, NotifyTarget]],
) -> list[NewJob]:
    """The notifications of beginnings that nobody ever asked for."""
    wanted = {
        (row.id, name): notify_job(row.id, "created", "1", name, row.severity)
        for row in rows
        for name, target in targets
        if wants(target, "created", row.severity)
    }
    keys = [str(one.key) for one in wanted.values()]
    asked = (
        {row.key for row in connection.execute(select(job.c.key).where(job.c.key.in_(keys)))}
        if keys
        else set()
    )
    missing = {pair: one for pair, one in wanted.items() if one.key not in asked}
    told = {key: heard(connection, key).keys() for key in {key for key, _ in missing}}
    return [one for (key, name), one in missing.items() if name not in told[key]]


def _look_for_policies(connection: Connection, ids: list[str], terms: Terms) -> None:
    """Once for each incident that never had a run; most need none, and the handler of the intent knows."""
    had = select(escalation.c.incident_id).where(escalation.c.incident_id.in_(ids))
    known = {row.incident_id for row in connection.execute(had)}
    again = [start_job([key], _WHY, f"audit:{key}") for key in ids if key not in known]
    enqueue(connection, again, terms.now)


def _late_starts(connection: Connection, terms: Terms) -> list[Trouble]:
    """Escalations that began only because the auditor looked."""
    begun = escalation.c.id >= lowest_id(terms.since)
    query = select(escalation.c.incident_id).where(begun, escalation.c.because.contains(_WHY))
    ids = connection.execute(query).scalars().all()
    return [Trouble(TroubleKind.UNTOLD, len(ids), f"incident {ids[0]}", repaired=True)] if ids else []


def _open_ones(terms: Terms) -> Any:  # noqa: ANN401 - a select
    return (
        select(_C.id, _C.severity)
        .where(
            _C.created_at >= terms.since, _C.created_at < terms.until, _C.state.not_in(("resolved", "closed")),
            _C.merged_into.is_(None),
        )
        .order_by(_C.created_at)
        .limit(_MOST)
    )  # fmt: skip
