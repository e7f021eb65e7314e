"""The whole schedule: who is on call at a moment and over a span, where nobody is, where two would be."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_hub.domain.schedules.model import CalendarLayer, Schedule, ScheduleError
from incident_hub.domain.schedules.turns import changes, in_turn

__all__ = ["LONGEST", "Overlap", "Shift", "Span", "gaps", "in_order", "on_call", "overlaps", "shifts"]

Holder = tuple[str, str]

LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to another."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's time on call. `by` is a layer's name, or `override:` and its id."""

    person: str
    by: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two overrides, or two turns of one calendar, that want the same time; `kept` has it."""

    kept: Shift
    hidden: Shift
    span: Span


def on_call(schedule: Schedule, at: datetime) -> Holder | None:
    """Who is on call, and by which layer or override; None when nobody is."""
    return next(_holders(schedule, at), None)


def in_order(schedule: Schedule, at: datetime) -> list[Holder]:
    """Who is on call, then who would be called in their place, each person once, with what says so.

    Those in force behind the first come before those whose turns come next in the layers that hold.
    """
    found: dict[str, str] = {}
    for person, by in _holders(schedule, at):
        found.setdefault(person, by)
    for layer in reversed(schedule.layers):
        for person in in_turn(layer, at, schedule.zone):
            found.setdefault(person, layer.name)
    return list(found.items())


def _holders(schedule: Schedule, at: datetime) -> Iterator[Holder]:
    for override in reversed(schedule.overrides):
        if override.starts_at <= at < override.ends_at:
            yield override.person, f"override:{override.id}"
    for layer in reversed(schedule.layers):
        for person in in_turn(layer, at, schedule.zone)[:1]:
            yield person, layer.name


def shifts(schedule: Schedule, start: datetime, end: datetime) -> list[Shift]:
    """Who is on call from `start` to `end`, in order; where nobody is, there is no shift."""
    found: list[Shift] = []
    for span, holder in _pieces(schedule, start, end):
        last = found[-1] if found else None
        if holder is None:
            continue
        if last and (last.person, last.by) == holder and last.ends_at == span.starts_at:
            found[-1] = Shift(*holder, last.starts_at, span.ends_at)
        else:
            found.append(Shift(*holder, span.starts_at, span.ends_at))
    return found


def gaps(schedule: Schedule, start: datetime, end: datetime) -> list[Span]:
    """The spans in which nobody is on call."""
    found: list[Span] = []
    for span, holder in _pieces(schedule, start, end):
        if holder is not None:
            continue
        if found and found[-1].ends_at == span.starts_at:
            found[-1] = Span(found[-1].starts_at, span.ends_at)
        else:
            found.append(span)
    return found


def overlaps(schedule: Schedule) -> list[Overlap]:
    """Overrides that hide parts of earlier ones, and turns of a calendar that hide parts of others."""
    made = [Shift(o.person, f"override:{o.id}", o.starts_at, o.ends_at) for o in schedule.overrides]
    found = _hidden(made)
    for layer in schedule.layers:
        if isinstance(layer, CalendarLayer):
            turns = sorted(layer.turns, key=lambda turn: turn.starts_at)
            found += _hidden([Shift(t.person, layer.name, t.starts_at, t.ends_at) for t in turns])
    return found


def _hidden(claims: list[Shift]) -> list[Overlap]:
    """Of two claims on one time the later in the list has it."""
    return [
        Overlap(kept, hidden, Span(starts, ends))
        for number, kept in enumerate(claims)
        for hidden in claims[:number]
        if (starts := max(kept.starts_at, hidden.starts_at)) < (ends := min(kept.ends_at, hidden.ends_at))
    ]


def _pieces(schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[Span, Holder | None]]:
    """The span cut wherever anything may change, each piece with who holds it."""
    if end - start > LONGEST:
        raise ScheduleError("end", f"the span may have {LONGEST.days} days at most")
    edges = {start, end}
    for layer in schedule.layers:
        edges.update(changes(layer, start, end, schedule.zone))
    for override in schedule.overrides:
        edges.update(at for at in (override.starts_at, override.ends_at) if start < at < end)
    ordered = sorted(edges)
    for one, other in itertools.pairwise(ordered):
        yield Span(one, other), on_call(schedule, one)
