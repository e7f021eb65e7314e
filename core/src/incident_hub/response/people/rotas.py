"""Schedules with their overrides and calendars, and what they say of a moment or a span."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from incident_hub.domain.people import Kind, ScheduleDraft, User
from incident_hub.domain.schedules import (
    LONGEST,
    Overlap,
    Override,
    Schedule,
    Shift,
    Span,
    Turn,
    gaps,
    in_order,
    overlaps,
    shifts,
)
from incident_hub.domain.times import to_datetime, to_micros
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError
from incident_hub.response.people.calendars import CalendarError, occurrences
from incident_hub.response.people.reading import every, parsed
from incident_hub.storage.overrides import CalendarRow, OverrideRow, calendars_of, overrides_of
from incident_hub.storage.records import versions_between

__all__ = [
    "OnCall",
    "Rota",
    "check_span",
    "known_names",
    "override_of",
    "read_on_call",
    "read_rota",
    "read_turns",
]

_AROUND = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_BOUNDS = timedelta(days=35)  # how far the begin and the end of a shift, and the next one, are looked for
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OnCall:
    """A moment of a schedule. `shift` is None when nobody is on call; an unknown begin or end is None.

    `order` has who is on call and then who stands in, each with what says so; `following` is the next shift.
    """

    schedule: str
    at: datetime
    shift: Shift | None
    starts_at: datetime | None
    ends_at: datetime | None
    order: tuple[tuple[str, str], ...]
    following: Shift | None

    @property
    def nobody(self) -> str:
        """Why nobody is on call; empty when somebody is."""
        if self.shift is not None:
            return ""
        if self.following is None:
            return f"nobody is on call on {self.schedule}, nor will be in the next {_BOUNDS.days} days"
        until = self.following.starts_at.isoformat(timespec="minutes")
        return f"nobody is on call on {self.schedule} until {until}, when the turn of {self.following.person} begins"


@dataclass(frozen=True, slots=True)
class Rota:
    """A span of a schedule: who is on call, when nobody is, and what wants the same time."""

    schedule: str
    starts_at: datetime
    ends_at: datetime
    shifts: Sequence[Shift]
    gaps: Sequence[Span]
    overlaps: Sequence[Overlap]


def check_span(start: datetime, end: datetime) -> None:
    """Refuse what cannot be looked at."""
    if not _FIRST <= start < end <= _LAST:
        raise InvalidInputError("to", f"must be after from; both from {_FIRST.year} to {_LAST.year}")
    if end - start > LONGEST:
        raise InvalidInputError("to", f"the span may have {LONGEST.days} days at most")


def read_turns(connection: Connection, key: str, at: datetime) -> list[tuple[str, str]] | None:
    """Who is on call then and who stands in, in order, each with what says so; None: there is no such schedule."""
    parts = _parts(connection, key, at, at + _INSTANT)
    return in_order(parts[0][1], at) if parts else None


def read_on_call(connection: Connection, key: str, at: datetime) -> OnCall | None:
    """Who is on call then, and next; None when there is no such schedule."""
    if not _FIRST + _BOUNDS <= at <= _LAST - _BOUNDS:
        raise InvalidInputError("at", f"must be from {_FIRST.year} to {_LAST.year}")
    order = read_turns(connection, key, at)
    if order is None:
        return None
    start, end = at - _BOUNDS, at + _BOUNDS
    around = _shifts(_parts(connection, key, start, end), end)
    shift = next((one for one in around if one.starts_at <= at < one.ends_at), None)
    following = next((one for one in around if one.starts_at > at), None)
    if shift is None:
        return OnCall(key, at, None, None, None, (), following)
    starts = shift.starts_at if shift.starts_at > start else None
    ends = shift.ends_at if shift.ends_at < end else None
    return OnCall(key, at, shift, starts, ends, tuple(order), following)


def read_rota(connection: Connection, key: str, start: datetime, end: datetime) -> Rota:
    """The span; raises `RecordNotFoundError` and `InvalidInputError`."""
    check_span(start, end)
    parts = _parts(connection, key, start, end)
    if not parts:
        raise RecordNotFoundError(f"there is no schedule {key}")
    free = [one for begin, schedule, stop in _bounded(parts, end) for one in gaps(schedule, begin, stop)]
    hidden = [
        one
        for begin, schedule, stop in _bounded(parts, end)
        for one in overlaps(schedule)
        if one.span.starts_at < stop and one.span.ends_at > begin
    ]
    return Rota(key, start, end, _shifts(parts, end), _joined_gaps(free), list(dict.fromkeys(hidden)))


def _parts(
    connection: Connection, key: str, start: datetime, end: datetime
) -> list[tuple[datetime, Schedule]]:
    """The schedule as it was written from each moment on, with the overrides and calendars that touch the span.

    What was written first holds for the time before too.
    """
    versions = versions_between(connection, key, to_micros(start), to_micros(end))
    first, last = start - _AROUND, end + _AROUND
    rows = overrides_of(connection, key, to_micros(first), to_micros(last)) if versions else ()
    overrides = [override_of(row) for row in rows]
    found: list[tuple[datetime, Schedule]] = []
    for since, body in versions:
        draft = cast("ScheduleDraft", parsed(Kind.SCHEDULE, body))
        schedule = draft.made(overrides, _turns(connection, draft, first, last))
        found.append((max(to_datetime(since), start) if found else start, schedule))
    return found


def _bounded(
    parts: Sequence[tuple[datetime, Schedule]], end: datetime
) -> Iterator[tuple[datetime, Schedule, datetime]]:
    """Each part with where the next one begins."""
    ends = [begin for begin, _ in parts[1:]] + [end]
    for (begin, schedule), stop in zip(parts, ends, strict=True):
        if begin < stop:
            yield begin, schedule, stop


def _shifts(parts: Sequence[tuple[datetime, Schedule]], end: datetime) -> list[Shift]:
    """Shifts over all parts; one that a change of the schedule left as it was is one shift."""
    found: list[Shift] = []
    for begin, schedule, stop in _bounded(parts, end):
        for one in shifts(schedule, begin, stop):
            last = found[-1] if found else None
            if last and (last.person, last.by, last.ends_at) == (one.person, one.by, one.starts_at):
                found[-1] = Shift(one.person, one.by, last.starts_at, one.ends_at)
            else:
                found.append(one)
    return found


def _joined_gaps(free: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for one in free:
        if found and found[-1].ends_at == one.starts_at:
            found[-1] = Span(found[-1].starts_at, one.ends_at)
        else:
            found.append(one)
    return found


def override_of(row: OverrideRow) -> Override:
    """The override that the rules know."""
    return Override(row.id, row.person, to_datetime(row.starts_at), to_datetime(row.ends_at))


def _turns(
    connection: Connection, draft: ScheduleDraft, start: datetime, end: datetime
) -> Mapping[str, Sequence[Turn]]:
    """The turns of its calendars by the layer's name; one that cannot be read has none, and is a problem shown."""
    wanted = {layer.name: layer.time_zone or draft.time_zone for layer in draft.layers if layer.calendar}
    if not wanted:
        return {}
    known = known_names(connection)
    rows = [row for row in calendars_of(connection, draft.id) if row.layer in wanted]
    return {row.layer: _of_calendar(row, ZoneInfo(wanted[row.layer]), start, end, known) for row in rows}


def _of_calendar(
    row: CalendarRow, zone: ZoneInfo, start: datetime, end: datetime, known: Mapping[str, str]
) -> list[Turn]:
    try:
        found = occurrences(row.text, zone, start, end)
    except CalendarError:
        return []
    return [
        Turn(known.get(name.lower(), name), one.starts_at, one.ends_at) for one in found for name in one.names
    ]


def known_names(connection: Connection) -> dict[str, str]:
    """Ids by what a calendar may call somebody: the id, the e-mail address, or the name that only one has."""
    users = [cast("User", one.record) for one in every(connection, Kind.USER)]
    names = Counter(user.name.lower() for user in users)
    found = {user.name.lower(): user.id for user in users if user.name and names[user.name.lower()] == 1}
    found |= {user.email.lower(): user.id for user in users if user.email}
    return found | {user.id.lower(): user.id for user in users}
