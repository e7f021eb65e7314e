"""Shifts as iCalendar (RFC 5545): an event for each, in UTC, so that every program shows its own time zone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from sqlalchemy import Connection

from incident_hub.domain.people import Kind, ScheduleDraft, User
from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.domain.schedules import Shift
from incident_hub.domain.times import to_datetime
from incident_hub.response.people.reading import Kept, every, kept, read_user
from incident_hub.response.people.rotas import read_rota
from incident_hub.storage.records import find_record

__all__ = ["feed_text"]

_BACK, _AHEAD = timedelta(days=30), timedelta(days=180)
_PRODUCT = "-//Incident Hub//on-call//EN"


def feed_text(connection: Connection, receiver: Receiver, now: datetime) -> bytes | None:
    """The shifts of a schedule, or of a user on all schedules, 30 days back and 180 ahead; None: there is no such."""
    if receiver.kind is ReceiverKind.SCHEDULE:
        row = find_record(connection, Kind.SCHEDULE, receiver.id)
        if row is None:
            return None
        one = kept(Kind.SCHEDULE, row)
        return _written(_title(one), list(_events(connection, one, now, "")))
    user = read_user(connection, receiver.id)
    if user is None:
        return None
    events = [
        event for one in every(connection, Kind.SCHEDULE) for event in _events(connection, one, now, user.id)
    ]
    return _written(_line(f"On call: {user.name or user.id}"), events)


def _events(
    connection: Connection, one: Kept, now: datetime, only: str
) -> Iterator[tuple[str, str, Shift, datetime]]:
    """The uid, the summary, the shift, and when the schedule last changed."""
    start = now.replace(minute=0, second=0, microsecond=0) - _BACK
    changed = to_datetime(one.row.updated_at)
    for shift in read_rota(connection, one.row.id, start, start + _BACK + _AHEAD).shifts:
        if only and shift.person != only:
            continue
        who = "On call" if only else _name(connection, shift.person)
        begins = shift.starts_at.isoformat()
        uid = sha256(f"{one.row.id}\0{shift.person}\0{begins}".encode()).hexdigest()[:32]
        yield f"{uid}@incident-hub", f"{who}: {_title(one)}", shift, changed


def _written(title: str, events: list[tuple[str, str, Shift, datetime]]) -> bytes:
    from icalendar import Calendar, Event  # noqa: PLC0415 - it loads slowly, and most hubs have no feeds

    calendar = Calendar()
    for name, value in (
        ("prodid", _PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", title),
    ):
        calendar.add(name, value)
    for uid, summary, shift, changed in events:
        event = Event()
        event.add("uid", uid)
        event.add("summary", summary)
        event.add("dtstart", shift.starts_at)
        event.add("dtend", shift.ends_at)
        event.add("dtstamp", changed)
        event.add("description", shift.by)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _title(one: Kept) -> str:
    return _line(cast("ScheduleDraft", one.record).name or one.row.id)


def _name(connection: Connection, person: str) -> str:
    user: User | None = read_user(connection, person)
    return _line((user.name if user else "") or person)


def _line(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
