"""One layer: whose turn it is, who stands in, and when that changes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incident_hub.domain.schedules.model import CalendarLayer, Layer, Restriction, Rotation
from incident_hub.domain.schedules.wall import moment, wall

__all__ = ["changes", "in_turn", "windows"]

_DAY = timedelta(days=1)


def in_turn(layer: Layer | CalendarLayer, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Who is on call by this layer, then who would stand in; nobody outside of its time and hours.

    In a rotation those stand in whose turns come next, in a calendar those whose turns hold too.
    """
    if isinstance(layer, CalendarLayer):
        holding = [turn for turn in layer.turns if turn.starts_at <= at < turn.ends_at]
        found = (turn.person for turn in sorted(holding, key=lambda turn: turn.starts_at, reverse=True))
        return tuple(dict.fromkeys(found))
    if layer.ends_at is not None and at >= layer.ends_at:
        return ()
    zone = layer.zone(zone)
    number = _turn_number(layer.rotation, at, zone)
    if number < 0 or not _within(layer, at, zone):
        return ()
    first = number % len(layer.people)
    return tuple(dict.fromkeys((*layer.people[first:], *layer.people[:first])))


def changes(
    layer: Layer | CalendarLayer, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[datetime]:
    """Every moment after `start` and before `end` at which this layer may change, in no order."""
    if isinstance(layer, CalendarLayer):
        edges = (edge for turn in layer.turns for edge in (turn.starts_at, turn.ends_at))
        yield from (edge for edge in edges if start < edge < end)
        return
    zone = layer.zone(zone)
    number = max(_turn_number(layer.rotation, start, zone), -1) + 1
    while (handoff := _handoff(layer.rotation, number, zone)) < end:
        yield handoff
        number += 1
    if layer.ends_at is not None and start < layer.ends_at < end:
        yield layer.ends_at
    for restriction in layer.restrictions:
        for window in windows(restriction, start, end, zone):
            yield from (edge for edge in window if start < edge < end)


def _handoff(rotation: Rotation, number: int, zone: ZoneInfo) -> datetime:
    return moment(rotation.begins + number * rotation.turn, zone)


def _turn_number(rotation: Rotation, at: datetime, zone: ZoneInfo) -> int:
    """How many turns are over; the wall clock gives a guess that its own changes may put off by one or two."""
    number = (wall(at, zone) - rotation.begins) // rotation.turn
    while _handoff(rotation, number, zone) > at:
        number -= 1
    while _handoff(rotation, number + 1, zone) <= at:
        number += 1
    return number


def _within(layer: Layer, at: datetime, zone: ZoneInfo) -> bool:
    if not layer.restrictions:
        return True
    return any(
        start <= at < end
        for restriction in layer.restrictions
        for start, end in windows(restriction, at, at, zone)
    )


def windows(
    restriction: Restriction, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The hours of the restriction, each as two moments, that may touch the span."""
    day = (wall(start, zone) - 2 * _DAY).date()
    last = (wall(end, zone) + _DAY).date()
    over_midnight = _DAY if restriction.end <= restriction.start else timedelta()
    while day <= last:
        if day.weekday() in restriction.weekdays:
            opens = datetime.combine(day, restriction.start)
            closes = datetime.combine(day, restriction.end) + over_midnight
            yield moment(opens, zone), moment(closes, zone)
        day += _DAY
