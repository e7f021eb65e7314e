"""Escalation policies and runs as they are stored."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, text
from sqlalchemy.dialects import postgresql, sqlite

from incident_hub.storage.bulk import execute_many
from incident_hub.storage.tables_escalation import LIVE_RUN, escalation, escalation_policy

__all__ = [
    "RunRow", "any_policy", "documents", "insert_run", "live_run", "lock_runs", "run_columns",
    "runs_by_id", "set_runs",
]  # fmt: skip


class RunRow(NamedTuple):
    """A row of `escalation`; names and order are the table's."""

    id: str
    incident_id: str
    serial: int
    policy_id: str
    document: str
    state: str
    step: int
    level: int
    round: int
    next_at: int | None
    remaining: int | None
    repage: int | None
    visited: str
    because: str
    started_at: int
    started_by: str
    fired_at: int | None
    stopped_at: int | None
    stopped_by: str | None


run_columns = tuple(escalation.c[name] for name in RunRow._fields)
_SET = (
    "UPDATE escalation SET policy_id = ?, document = ?, state = ?, step = ?, level = ?, round = ?, next_at = ?, "
    "remaining = ?, repage = ?, visited = ?, fired_at = ?, stopped_at = ?, stopped_by = ? WHERE id = ?"
)


def any_policy(connection: Connection) -> bool:
    """Whether any incident could need an escalation."""
    query = select(escalation_policy.c.id).where(escalation_policy.c.enabled == 1).limit(1)
    return connection.execute(query).first() is not None


def documents(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The documents of those policies that are enabled, by id."""
    c = escalation_policy.c
    query = select(c.id, c.document).where(c.id.in_(list(ids)), c.enabled == 1)
    return {row.id: row.document for row in connection.execute(query)} if ids else {}


def runs_by_id(connection: Connection, ids: Collection[str]) -> dict[str, RunRow]:
    """The runs with these ids."""
    return _runs(connection, select(*run_columns).where(escalation.c.id.in_(list(ids)))) if ids else {}


def lock_runs(connection: Connection, ids: Collection[str], *, skip: bool = False) -> dict[str, RunRow]:
    """The same; nobody changes them until this transaction ends.

    Hold their incidents first; who does not has to `skip` those that somebody else holds.
    """
    query = select(*run_columns).where(escalation.c.id.in_(list(ids))).order_by(escalation.c.id)
    return _runs(connection, query.with_for_update(skip_locked=skip)) if ids else {}


def live_run(connection: Connection, incident_id: str) -> RunRow | None:
    """The incident's run that is not over. Hold the incident first, if it shall stay so."""
    query = select(*run_columns).where(escalation.c.incident_id == incident_id, text(LIVE_RUN))
    row = connection.execute(query).first()
    return None if row is None else RunRow._make(row)


def insert_run(connection: Connection, row: RunRow) -> bool:
    """Write a new run; False: the incident has a live one."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return connection.execute(make(escalation).values(row._asdict()).on_conflict_do_nothing()).rowcount == 1


def set_runs(connection: Connection, rows: Sequence[RunRow]) -> None:
    """Write what may change of a run."""
    values: list[tuple[Any, ...]] = [
        (
            one.policy_id, one.document, one.state, one.step, one.level, one.round, one.next_at, one.remaining,
            one.repage, one.visited, one.fired_at, one.stopped_at, one.stopped_by, one.id,
        )
        for one in rows
    ]  # fmt: skip
    execute_many(connection, _SET, values)


def _runs(connection: Connection, query: Any) -> dict[str, RunRow]:  # noqa: ANN401 - a select
    rows: Sequence[Row[Any]] = connection.execute(query).all()
    return {row.id: RunRow._make(row) for row in rows}
