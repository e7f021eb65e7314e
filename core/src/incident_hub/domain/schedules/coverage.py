"""The whole schedule: who is on call at a moment and over a span, where nobody is, where two would be."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_hub.domain.schedules.model import Override, Schedule, ScheduleError
from incident_hub.domain.schedules.turns import changes, whose_turn

__all__ = ["LONGEST", "Overlap", "Shift", "Span", "gaps", "on_call", "overlaps", "shifts"]

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
    """Two overrides that want the same time; the later made one has it."""

    kept: Override
    hidden: Override
    span: Span


def on_call(schedule: Schedule, at: datetime) -> tuple[str, str] | None:
    """Who is on call, and by which layer or override; None when nobody is."""
    for override in reversed(schedule.overrides):
        if override.starts_at <= at < override.ends_at:
            return override.person, f"override:{override.id}"
    for layer in reversed(schedule.layers):
        person = whose_turn(layer, at, schedule.zone)
        if person is not None:
            return person, layer.name
    return None


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
    """Overrides that hide parts of earlier ones."""
    found = []
    for number, kept in enumerate(schedule.overrides):
        for hidden in schedule.overrides[:number]:
            starts, ends = max(kept.starts_at, hidden.starts_at), min(kept.ends_at, hidden.ends_at)
            if starts < ends:
                found.append(Overlap(kept, hidden, Span(starts, ends)))
    return found


def _pieces(
    schedule: Schedule, start: datetime, end: datetime
) -> Iterator[tuple[Span, tuple[str, str] | None]]:
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
