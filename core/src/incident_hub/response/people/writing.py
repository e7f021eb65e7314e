"""Changes of records, each inside the caller's transaction: versioned, and told on the timeline."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.people import Kind, Record, ScheduleDraft, User
from incident_hub.events.append import append_events
from incident_hub.lifecycle.errors import RecordNotFoundError, VersionConflictError
from incident_hub.response.people.documents import as_mapping, stored
from incident_hub.response.people.reading import record_of
from incident_hub.storage.overrides import forget_calendars, forget_schedule
from incident_hub.storage.records import RecordRow, delete_record, find_record, insert_record, update_record

__all__ = ["Changed", "Outcome", "apply_records", "put_record", "remove_record", "tell"]


class Outcome(StrEnum):
    """What became of a record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


class Changed(NamedTuple):
    """One record after a change, or before it when it is deleted; `fields` are those that differ."""

    kind: Kind
    outcome: Outcome
    row: RecordRow
    fields: tuple[str, ...] = ()


def put_record(
    connection: Connection,
    kind: Kind,
    record: Record,
    actor: str,
    now: int,
    expected_version: int | None = None,
) -> Changed:
    """Write a record in the place of the one of its id; what says the same as before changes nothing.

    `expected_version` 0 expects none of this id. Raises `VersionConflictError`.
    """
    before = find_record(connection, kind, record.id, lock=True)
    _check_version(kind, record.id, before, expected_version)
    body = stored(record)
    if before is not None and before.body == body:
        return Changed(kind, Outcome.UNCHANGED, before)
    version, at = (before.version + 1, max(now, before.updated_at)) if before else (1, now)
    row, email = (
        RecordRow(record.id, body, version, at, actor),
        record.email if isinstance(record, User) else "",
    )
    if before is not None:
        update_record(connection, kind, row, email)
    elif not insert_record(connection, kind, row, email):  # somebody was quicker: now there is one
        return put_record(connection, kind, record, actor, now, expected_version)
    if isinstance(record, ScheduleDraft):
        forget_calendars(connection, record.id, [one.name for one in record.layers if one.calendar])
    outcome = Outcome.UPDATED if before else Outcome.CREATED
    fields = _differing(kind, before, record)
    tell(connection, kind, record.id, outcome, actor, now, version=row.version, fields=list(fields))
    return Changed(kind, outcome, row, fields)


def remove_record(
    connection: Connection, kind: Kind, key: str, actor: str, now: int, expected_version: int | None = None
) -> Changed:
    """Delete a record; who names it still does, and that is found and shown.

    Raises `RecordNotFoundError` and `VersionConflictError`.
    """
    before = find_record(connection, kind, key, lock=True)
    if before is None:
        raise RecordNotFoundError(f"there is no {kind.value} {key}")
    _check_version(kind, key, before, expected_version)
    delete_record(connection, kind, key)
    if kind is Kind.SCHEDULE:
        forget_schedule(connection, key)
    tell(connection, kind, key, Outcome.DELETED, actor, now, version=before.version)
    return Changed(kind, Outcome.DELETED, before)


def apply_records(
    connection: Connection, records: Sequence[tuple[Kind, Record]], actor: str, now: int
) -> list[Changed]:
    """Write all of them in one transaction; none of them is deleted by being left out."""
    return [put_record(connection, kind, record, actor, now) for kind, record in records]


def tell(
    connection: Connection, kind: Kind, key: str, what: str, actor: str, now: int, **more: object
) -> None:
    """The change on the timeline of the hub, without anybody's address: that never goes away again."""
    data = {"kind": kind.value, "id": key, "change": str(what), **more}
    append_events(connection, [NewEvent(None, EventType.DIRECTORY_CHANGED, now, actor, data)])


def _check_version(kind: Kind, key: str, before: RecordRow | None, expected: int | None) -> None:
    actual = before.version if before else 0
    if expected is not None and expected != actual:
        raise VersionConflictError(expected, actual, f"the {kind.value} {key}")


def _differing(kind: Kind, before: RecordRow | None, record: Record) -> tuple[str, ...]:
    old = as_mapping(record_of(kind, before)) if before else {}
    return tuple(name for name, value in as_mapping(record).items() if old.get(name) != value)
