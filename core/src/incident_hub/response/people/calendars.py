"""iCalendar (RFC 5545) as turns: recurrences, exceptions and time zones are read by `recurring-ical-events`.

Calendars come from outside, so what a rule could cost is reckoned before it is unrolled.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from icalendar import Calendar, Event

__all__ = ["LONGEST_TEXT", "CalendarError", "Occurrence", "check_calendar", "occurrences"]

LONGEST_TEXT = 256 * 1024
_MOST_EVENTS = 2000
_MOST_STEPS = 100_000  # of all rules together, a step being about 3 microseconds
_MOST_TURNS = 5000
_DAYS = {"HOURLY": 1 / 24, "DAILY": 1.0, "WEEKLY": 7.0, "MONTHLY": 28.0, "YEARLY": 365.0}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=400)
_BETWEEN = re.compile(r"[,;&]")


class CalendarError(ValueError):
    """The text is no calendar of turns; the message says why, for people."""


class Occurrence(NamedTuple):
    """One event at one time; `names` are its attendees' addresses, else what its summary says, split at commas."""

    names: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


def check_calendar(text: str, zone: ZoneInfo, now: datetime) -> int:
    """How many turns the next 400 days have; raises `CalendarError` for what is not one, or would take too long."""
    if len(text) > LONGEST_TEXT:
        raise CalendarError(f"the calendar is longer than {LONGEST_TEXT} characters")
    calendar = _parsed(text)
    steps = 0.0
    for number, event in enumerate(_events(calendar)):
        steps += _steps(event, zone, now + _AHEAD, f"event {number + 1}")
    if steps > _MOST_STEPS:
        raise CalendarError("its rules repeat too often: begin them later, or repeat them by days or weeks")
    return len(occurrences(text, zone, now, now + _AHEAD))


def occurrences(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> tuple[Occurrence, ...]:
    """The turns that touch a span; times without a zone are those of `zone`. Raises `CalendarError`."""
    first = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = _unrolled(text, zone, first, first + timedelta(days=(end - first).days + 1))
    return tuple(one for one in found if one.starts_at < end and one.ends_at > start)


@lru_cache(maxsize=64)
def _unrolled(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> tuple[Occurrence, ...]:
    import recurring_ical_events  # noqa: PLC0415 - most hubs have no calendars, and it loads slowly

    try:
        events = recurring_ical_events.of(_parsed(text)).between(start - timedelta(days=1), end)
        found = [made for event in events if (made := _occurrence(event, zone))]
    except CalendarError:
        raise
    except (
        Exception
    ) as error:  # the boundary: what the libraries raise for a broken calendar is not documented
        raise CalendarError(f"the calendar cannot be read: {_said(error)}") from error
    if len(found) > _MOST_TURNS:
        raise CalendarError(f"the calendar has more than {_MOST_TURNS} turns in {(end - start).days} days")
    return tuple(sorted(found, key=lambda one: one.starts_at))


@lru_cache(maxsize=32)
def _parsed(text: str) -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415 - as above

    try:
        return Calendar.from_ical(text)
    except Exception as error:  # the boundary, as above
        raise CalendarError(f"the text is no iCalendar: {_said(error)}") from error


def _events(calendar: Calendar) -> list[Event]:
    events: list[Any] = calendar.walk("VEVENT")
    if len(events) > _MOST_EVENTS:
        raise CalendarError(f"the calendar has more than {_MOST_EVENTS} events")
    return events


def _steps(event: Event, zone: ZoneInfo, until: datetime, place: str) -> float:
    """About how often its rules must be stepped on to reach a moment."""
    try:
        begins = _moment(event.start, zone)
        given = event.get("RRULE", [])
        rules = given if isinstance(given, list) else [given]
        days = max((until - begins) / timedelta(days=1), 1.0)
        steps = sum(_rule_steps(rule, days, place) for rule in rules)
    except CalendarError:
        raise
    except Exception as error:  # the boundary, as above
        raise CalendarError(f"{place} cannot be read: {_said(error)}") from error
    if rules and begins < _EARLIEST:
        raise CalendarError(f"{place} repeats since before {_EARLIEST.year}")
    return steps


def _rule_steps(rule: Any, days: float, place: str) -> float:  # noqa: ANN401 - a vRecur
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    if frequency not in _DAYS:
        raise CalendarError(f"{place} repeats {frequency or 'by nothing'}: turns repeat {', '.join(_DAYS)}")
    times = 1.0
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY", "BYMONTHDAY", "BYYEARDAY"):
        times *= max(len(rule.get(name) or ()), 1)
    interval = max(int((rule.get("INTERVAL") or [1])[0]), 1)
    steps = days / (_DAYS[frequency] * interval) * times
    counted = rule.get("COUNT")
    return min(steps, float(counted[0])) if counted else steps


def _occurrence(event: Event, zone: ZoneInfo) -> Occurrence | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    starts, ends = _moment(event.start, zone), _moment(event.end, zone)
    names = _names(event)
    return Occurrence(names, starts, ends) if names and ends > starts else None


def _names(event: Event) -> tuple[str, ...]:
    given: Any = event.get("ATTENDEE") or []
    attendees = [str(one) for one in (given if isinstance(given, list) else [given])]
    mails = [one[7:].strip() for one in attendees if one.lower().startswith("mailto:")]
    said = mails or _BETWEEN.split(str(event.get("SUMMARY", "")))
    return tuple(
        dict.fromkeys(name[:128] for one in said if (name := "".join(filter(str.isprintable, one)).strip()))
    )


def _moment(at: date | datetime, zone: ZoneInfo) -> datetime:
    """A day begins at midnight on the wall clock."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"
