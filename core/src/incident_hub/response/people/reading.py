"""Records as they are stored, read back; and schedules put together with their overrides and calendars."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

import orjson
from sqlalchemy import Connection

from incident_hub.domain.people import Kind, Record, ScheduleDraft, Service, Team, User
from incident_hub.domain.schedules import Override, Schedule
from incident_hub.domain.times import to_datetime, to_micros
from incident_hub.response.people.documents import parse_record
from incident_hub.storage.overrides import OverrideRow, overrides_of
from incident_hub.storage.records import RecordRow, find_record, records_by_id

__all__ = [
    "override_of",
    "read_schedule",
    "read_service",
    "read_team",
    "read_user",
    "read_users",
    "record_of",
    "schedule_between",
]

_AROUND = timedelta(days=1)


@lru_cache(maxsize=4096)
def _parsed(kind: Kind, body: str) -> Record:
    return parse_record(kind, orjson.loads(body))


def record_of(kind: Kind, row: RecordRow) -> Record:
    """The record of a row."""
    return _parsed(kind, row.body)


def read_user(connection: Connection, key: str) -> User | None:
    """The user of an id or e-mail address."""
    row = find_record(connection, Kind.USER, key)
    return None if row is None else cast("User", record_of(Kind.USER, row))


def read_users(connection: Connection, ids: Collection[str]) -> dict[str, User]:
    """Those users of the ids that there are."""
    rows = records_by_id(connection, Kind.USER, ids)
    return {key: cast("User", record_of(Kind.USER, row)) for key, row in rows.items()}


def read_team(connection: Connection, key: str) -> Team | None:
    """The team of an id."""
    row = find_record(connection, Kind.TEAM, key)
    return None if row is None else cast("Team", record_of(Kind.TEAM, row))


def read_service(connection: Connection, key: str) -> Service | None:
    """The service of an id."""
    row = find_record(connection, Kind.SERVICE, key)
    return None if row is None else cast("Service", record_of(Kind.SERVICE, row))


def read_schedule(connection: Connection, key: str, start: datetime, end: datetime) -> Schedule | None:
    """The schedule of an id as it is from `start` to `end`."""
    row = find_record(connection, Kind.SCHEDULE, key)
    if row is None:
        return None
    draft = cast("ScheduleDraft", record_of(Kind.SCHEDULE, row))
    return schedule_between(connection, draft, start, end)


def schedule_between(
    connection: Connection, draft: ScheduleDraft, start: datetime, end: datetime
) -> Schedule:
    """The schedule with the overrides that touch the span."""
    first, last = to_micros(start - _AROUND), to_micros(end + _AROUND)
    overrides = [override_of(row) for row in overrides_of(connection, draft.id, first, last)]
    return draft.made(overrides)


def override_of(row: OverrideRow) -> Override:
    """The override that the rules know."""
    return Override(row.id, row.person, to_datetime(row.starts_at), to_datetime(row.ends_at))
