"""SLA clocks as they are stored."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from incident_hub.storage.bulk import execute_many, insert_rows
from incident_hub.storage.tables_escalation import sla_clock

__all__ = [
    "ClockRow", "clock_columns", "clocks_of", "due_clocks", "insert_clocks", "lock_clocks", "set_clocks",
]  # fmt: skip


class ClockRow(NamedTuple):
    """A row of `sla_clock`; names and order are the table's. Times are microseconds since 1970."""

    incident_id: str
    kind: str
    severity: str
    state: str
    started_at: int
    deadline: int
    at_risk_at: int
    due_at: int | None = None
    warned_at: int | None = None
    breached_at: int | None = None
    paused_at: int | None = None
    met_at: int | None = None


_C = sla_clock.c
clock_columns = tuple(_C[name] for name in ClockRow._fields)
_CHANGED = ClockRow._fields[2:]
_SET = f"UPDATE sla_clock SET {', '.join(f'{n} = ?' for n in _CHANGED)} WHERE incident_id = ? AND kind = ?"  # noqa: S608
_LOCKED = select(*clock_columns).with_for_update()


def clocks_of(connection: Connection, incident_ids: Collection[str]) -> dict[str, list[ClockRow]]:
    """The clocks of these incidents, acknowledge before resolve."""
    query = (
        select(*clock_columns).where(_C.incident_id.in_(list(incident_ids))).order_by(_C.incident_id, _C.kind)
    )
    found: dict[str, list[ClockRow]] = {}
    for row in connection.execute(query) if incident_ids else ():
        found.setdefault(row.incident_id, []).append(ClockRow._make(row))
    return found


def lock_clocks(connection: Connection, incident_ids: Collection[str]) -> dict[str, list[ClockRow]]:
    """The same; hold their incidents first."""
    query = _LOCKED.where(_C.incident_id.in_(list(incident_ids))).order_by(_C.incident_id, _C.kind)
    found: dict[str, list[ClockRow]] = {}
    for row in connection.execute(query) if incident_ids else ():
        found.setdefault(row.incident_id, []).append(ClockRow._make(row))
    return found


def due_clocks(connection: Connection, now: int, limit: int) -> list[ClockRow]:
    """Clocks of which something has to be said now, held; other processes take others."""
    query = (
        select(*clock_columns)
        .where(_C.due_at.is_not(None), _C.due_at <= now)
        .order_by(_C.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [ClockRow._make(row) for row in connection.execute(query)]


def insert_clocks(connection: Connection, rows: Sequence[ClockRow]) -> None:
    """Write new clocks."""
    insert_rows(connection, sla_clock, ClockRow._fields, rows)


def set_clocks(connection: Connection, rows: Sequence[ClockRow]) -> None:
    """Write changed ones."""
    execute_many(connection, _SET, [(*row[2:], row.incident_id, row.kind) for row in rows])
