"""Overrides of schedules, and the calendars whose turns schedules take, as rows."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from incident_hub.storage.tables_people import oncall_schedule_version, schedule_calendar, schedule_override

__all__ = [
    "CalendarRow",
    "OverrideRow",
    "calendars_of",
    "delete_override",
    "end_override",
    "find_override",
    "forget_calendars",
    "forget_overrides",
    "forget_schedule",
    "insert_overrides",
    "overrides_by_person",
    "overrides_of",
    "put_calendar",
]


class OverrideRow(NamedTuple):
    """One override; times are microseconds. `calendar` names the import that brought it, if one did."""

    id: str
    schedule_id: str
    person: str
    starts_at: int
    ends_at: int
    reason: str
    made_by: str
    calendar: str = ""


class CalendarRow(NamedTuple):
    """The calendar of a layer; `text` is iCalendar."""

    schedule_id: str
    layer: str
    url: str
    text: str
    read_at: int
    error: str


_OVERRIDE = select(*(schedule_override.c[name] for name in OverrideRow._fields))
_CALENDAR = select(*(schedule_calendar.c[name] for name in CalendarRow._fields))


def overrides_of(connection: Connection, schedule_id: str, start: int, end: int) -> Sequence[OverrideRow]:
    """The overrides that touch a span, in the order in which they were made."""
    table = schedule_override.c
    query = _OVERRIDE.where(table.schedule_id == schedule_id, table.ends_at > start, table.starts_at < end)
    return [OverrideRow._make(row) for row in connection.execute(query.order_by(table.id))]


def overrides_by_person(connection: Connection, person: str, now: int) -> Sequence[str]:
    """The schedules with an override by somebody that is not over."""
    table = schedule_override.c
    query = select(table.schedule_id).where(table.person == person, table.ends_at > now)
    return connection.execute(query.distinct().order_by(table.schedule_id)).scalars().all()


def find_override(connection: Connection, override_id: str) -> OverrideRow | None:
    """The override of an id."""
    row = connection.execute(_OVERRIDE.where(schedule_override.c.id == override_id)).first()
    return None if row is None else OverrideRow._make(row)


def insert_overrides(connection: Connection, rows: Sequence[OverrideRow]) -> None:
    """Write new overrides."""
    if rows:
        connection.execute(insert(schedule_override), [row._asdict() for row in rows])


def delete_override(connection: Connection, override_id: str) -> None:
    """Take an override back."""
    connection.execute(delete(schedule_override).where(schedule_override.c.id == override_id))


def end_override(connection: Connection, override_id: str, at: int) -> None:
    """Let an override end at a moment."""
    connection.execute(
        update(schedule_override).where(schedule_override.c.id == override_id).values(ends_at=at)
    )


def forget_overrides(connection: Connection, schedule_id: str, calendar: str, now: int) -> None:
    """End what an import brought: what is to come is taken back, what has begun ends now."""
    table = schedule_override.c
    mine = (table.schedule_id == schedule_id) & (table.calendar == calendar)
    connection.execute(delete(schedule_override).where(mine, table.starts_at >= now))
    connection.execute(update(schedule_override).where(mine, table.ends_at > now).values(ends_at=now))


def forget_calendars(connection: Connection, schedule_id: str, keep: Sequence[str]) -> None:
    """Forget the calendars of layers that are no more."""
    table = schedule_calendar.c
    gone = (table.schedule_id == schedule_id) & table.layer.not_in(keep)
    connection.execute(delete(schedule_calendar).where(gone))


def calendars_of(connection: Connection, schedule_id: str) -> Sequence[CalendarRow]:
    """The calendars of a schedule's layers."""
    rows = connection.execute(_CALENDAR.where(schedule_calendar.c.schedule_id == schedule_id))
    return [CalendarRow._make(row) for row in rows]


def put_calendar(connection: Connection, row: CalendarRow) -> None:
    """Write a layer's calendar in the place of the one that it had."""
    table = schedule_calendar.c
    connection.execute(
        delete(schedule_calendar).where(table.schedule_id == row.schedule_id, table.layer == row.layer)
    )
    connection.execute(insert(schedule_calendar).values(row._asdict()))


def forget_schedule(connection: Connection, schedule_id: str) -> None:
    """Forget what belongs to a schedule that is no more."""
    for table in (schedule_override, schedule_calendar, oncall_schedule_version):
        connection.execute(delete(table).where(table.c.schedule_id == schedule_id))
