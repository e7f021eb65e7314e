"""Users, teams, services and schedules as rows, alike for all four; overrides and calendars beside them."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, String, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incident_hub.domain.people import Kind
from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.tables_people import oncall_schedule, oncall_schedule_version, person, service, team

__all__ = [
    "RecordRow",
    "all_records",
    "count_records",
    "delete_record",
    "find_record",
    "insert_record",
    "record_page",
    "records_by_id",
    "update_record",
    "versions_between",
]

_TABLES: Mapping[Kind, Table] = {
    Kind.USER: person,
    Kind.TEAM: team,
    Kind.SERVICE: service,
    Kind.SCHEDULE: oncall_schedule,
}
_IDS = bindparam("ids", expanding=True, type_=String())


class RecordRow(NamedTuple):
    """One record; `body` is JSON."""

    id: str
    body: str
    version: int
    updated_at: int
    updated_by: str


def find_record(connection: Connection, kind: Kind, key: str, *, lock: bool = False) -> RecordRow | None:
    """The record of an id; a user of an e-mail address too, when no id is that."""
    table = _TABLES[kind]
    query = select(*(table.c[name] for name in RecordRow._fields))
    one = query.where(table.c.id == key)
    row = connection.execute(one.with_for_update() if lock else one).first()
    if row is None and kind is Kind.USER and "@" in key and not lock:
        row = connection.execute(query.where(person.c.email == key.lower()).order_by(person.c.id)).first()
    return None if row is None else RecordRow._make(row)


def records_by_id(connection: Connection, kind: Kind, ids: Collection[str]) -> dict[str, RecordRow]:
    """Those of the ids that there are."""
    table = _TABLES[kind]
    query = select(*(table.c[name] for name in RecordRow._fields)).where(table.c.id.in_(_IDS))
    rows = connection.execute(query, {"ids": list(ids)}) if ids else ()
    return {row.id: RecordRow._make(row) for row in rows}


def all_records(connection: Connection, kind: Kind) -> Sequence[RecordRow]:
    """Every record of a kind, by id."""
    table = _TABLES[kind]
    query = select(*(table.c[name] for name in RecordRow._fields)).order_by(table.c.id)
    return [RecordRow._make(row) for row in connection.execute(query)]


def record_page(connection: Connection, kind: Kind, request: PageRequest) -> Page[RecordRow]:
    """A page of records, by id."""
    table = _TABLES[kind]
    query = select(*(table.c[name] for name in RecordRow._fields))
    rows = connection.execute(keyset(query, (table.c.id,), request, descending=False))
    return page_of([RecordRow._make(row) for row in rows], request)


def count_records(connection: Connection, kind: Kind) -> int:
    """How many records of a kind there are."""
    return connection.execute(select(func.count()).select_from(_TABLES[kind])).scalar_one()


def insert_record(connection: Connection, kind: Kind, row: RecordRow, email: str = "") -> bool:
    """Write a new record; False when another transaction has just written one of its id."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(_TABLES[kind]).values(_values(kind, row, email)).on_conflict_do_nothing()
    if connection.execute(statement).rowcount != 1:
        return False
    _keep_version(connection, kind, row)
    return True


def update_record(connection: Connection, kind: Kind, row: RecordRow, email: str = "") -> None:
    """Write a record that is there in its new version."""
    table = _TABLES[kind]
    connection.execute(update(table).where(table.c.id == row.id).values(_values(kind, row, email)))
    _keep_version(connection, kind, row)


def _values(kind: Kind, row: RecordRow, email: str) -> dict[str, object]:
    return {**row._asdict(), **({"email": email.lower()} if kind is Kind.USER else {})}


def _keep_version(connection: Connection, kind: Kind, row: RecordRow) -> None:
    if kind is Kind.SCHEDULE:
        kept = {"schedule_id": row.id, "version": row.version, "since": row.updated_at, "body": row.body}
        connection.execute(insert(oncall_schedule_version).values(kept))


def versions_between(connection: Connection, key: str, start: int, end: int) -> Sequence[tuple[int, str]]:
    """The versions of a schedule that were in force in a span: since when (microseconds), and the record as JSON.

    The first of them is the one in force at its start, or the earliest there is.
    """
    table = oncall_schedule_version.c
    query = select(table.since, table.body).where(table.schedule_id == key)
    before = query.where(table.since <= start).order_by(table.since.desc(), table.version.desc()).limit(1)
    inside = query.where(table.since > start, table.since < end).order_by(table.since, table.version)
    rows = [*connection.execute(before), *connection.execute(inside)]
    if not rows:
        rows = [*connection.execute(query.order_by(table.version).limit(1))]
    return [(row.since, row.body) for row in rows]


def delete_record(connection: Connection, kind: Kind, key: str) -> bool:
    """Forget a record; whether there was one."""
    table = _TABLES[kind]
    return connection.execute(delete(table).where(table.c.id == key)).rowcount == 1
