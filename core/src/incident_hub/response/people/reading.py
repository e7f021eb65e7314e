"""Records as they are stored, read back."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import orjson
from sqlalchemy import Connection

from incident_hub.domain.people import Kind, Record, ScheduleDraft, Service, Team, User
from incident_hub.response.people.documents import parse_record
from incident_hub.storage.records import RecordRow, all_records, find_record, records_by_id

__all__ = [
    "Kept",
    "every",
    "kept",
    "parsed",
    "read_draft",
    "read_service",
    "read_team",
    "read_user",
    "read_users",
    "record_of",
]


class Kept(NamedTuple):
    """A record and the row that keeps it."""

    kind: Kind
    record: Record
    row: RecordRow


@lru_cache(maxsize=4096)
def _parsed(kind: Kind, body: str) -> Record:
    return parse_record(kind, orjson.loads(body))


def record_of(kind: Kind, row: RecordRow) -> Record:
    """The record of a row."""
    return _parsed(kind, row.body)


def parsed(kind: Kind, body: str) -> Record:
    """The record that a stored text is."""
    return _parsed(kind, body)


def kept(kind: Kind, row: RecordRow) -> Kept:
    """The record of a row, with the row."""
    return Kept(kind, record_of(kind, row), row)


def every(connection: Connection, kind: Kind) -> Sequence[Kept]:
    """Every record of a kind, by id."""
    return [kept(kind, row) for row in all_records(connection, kind)]


def read_user(connection: Connection, key: str) -> User | None:
    """The user of an id or e-mail address."""
    return cast("User | None", _read(connection, Kind.USER, key))


def read_users(connection: Connection, ids: Collection[str]) -> dict[str, User]:
    """Those users of the ids that there are."""
    rows = records_by_id(connection, Kind.USER, ids)
    return {key: cast("User", record_of(Kind.USER, row)) for key, row in rows.items()}


def read_team(connection: Connection, key: str) -> Team | None:
    """The team of an id."""
    return cast("Team | None", _read(connection, Kind.TEAM, key))


def read_service(connection: Connection, key: str) -> Service | None:
    """The service of an id."""
    return cast("Service | None", _read(connection, Kind.SERVICE, key))


def read_draft(connection: Connection, key: str) -> ScheduleDraft | None:
    """The schedule of an id as it is written down."""
    return cast("ScheduleDraft | None", _read(connection, Kind.SCHEDULE, key))


def _read(connection: Connection, kind: Kind, key: str) -> Record | None:
    row = find_record(connection, kind, key)
    return None if row is None else record_of(kind, row)
