"""Who burned near whom: the nearest of the same bucket, then a few others. Rules only."""

from collections import deque
from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import NamedTuple

__all__ = ["OTHERS", "PER_INCIDENT", "Mark", "nearby"]

PER_INCIDENT = 20
OTHERS = 5


class Mark(NamedTuple):
    """An incident as far as this needs it; times in microseconds.

    `bucket` is the property by which related ones are looked for first, `first` and `last` when it burned,
    `created` when the hub heard of it.
    """

    id: str
    bucket: str
    first: int
    last: int
    created: int


class _Recent:
    """Marks by bucket, the nearest last, the furthest forgotten."""

    def __init__(self) -> None:
        self._buckets: dict[str, deque[Mark]] = {}
        self._all: deque[Mark] = deque(maxlen=PER_INCIDENT + OTHERS)

    def add(self, mark: Mark) -> None:
        bucket = self._buckets.get(mark.bucket)
        if bucket is None:
            bucket = self._buckets[mark.bucket] = deque(maxlen=PER_INCIDENT)
        bucket.append(mark)
        self._all.append(mark)

    def near(self, start: int, end: int, created: int, bucket: str | None = None) -> list[Mark]:
        """Those of the bucket, or of all, that burned in this time and were known by then, the nearest first."""
        found = self._all if bucket is None else self._buckets.get(bucket, ())
        return [
            one
            for one in reversed(found)
            if one.last >= start and one.first <= end and one.created <= created
        ]


def nearby(marks: Sequence[Mark], rows: Sequence[Mark], window: int, slack: int) -> dict[str, list[str]]:
    """For each of the marks the ids of the nearest. Both come in the order of their beginning, without overlap.

    Of two marks the later one sees the earlier. Of the rows a mark sees those that were created before it,
    or so little later.
    """
    before, after = _Recent(), _Recent()
    ways = [_before(marks, rows, before, window, slack)]
    if marks and rows and rows[-1].first > marks[0].first:
        ways.append(_after(marks, rows, after, window, slack))
    return {one.id: _choose(one, [way[place] for way in ways]) for place, one in enumerate(marks)}


_Seen = tuple[list[Mark], list[Mark]]


def _before(
    marks: Sequence[Mark], rows: Sequence[Mark], recent: _Recent, window: int, slack: int
) -> list[_Seen]:
    older, found = iter(rows), []
    following = next(older, None)
    for one in marks:
        while following is not None and following.first <= one.first:
            recent.add(following)
            following = next(older, None)
        found.append(_look(one, recent, window, slack))
        recent.add(one._replace(created=0))  # whichever came first: nobody else looks at this pair
    return found


def _after(
    marks: Sequence[Mark], rows: Sequence[Mark], recent: _Recent, window: int, slack: int
) -> list[_Seen]:
    newer, found = iter(reversed(rows)), []
    following = next(newer, None)
    for one in reversed(marks):
        while following is not None and following.first > one.first:
            recent.add(following)
            following = next(newer, None)
        found.append(_look(one, recent, window, slack))
    return found[::-1]


def _look(one: Mark, recent: _Recent, window: int, slack: int) -> _Seen:
    """Its own bucket, and all when that leaves room."""
    bounds = (one.first - window, one.last + window, one.created + slack)
    mine = recent.near(*bounds, bucket=one.bucket)
    return mine, recent.near(*bounds) if len(mine) < PER_INCIDENT else []


def _choose(one: Mark, ways: Sequence[_Seen]) -> list[str]:
    mine, everybody = (_nearest(one, [way[part] for way in ways]) for part in (0, 1))
    chosen = [other.id for other in mine[:PER_INCIDENT]]
    room = min(OTHERS, PER_INCIDENT - len(chosen))
    if room > 0:
        taken = set(chosen)
        chosen.extend(islice((other.id for other in everybody if other.id not in taken), room))
    return chosen


def _nearest(one: Mark, ways: Sequence[list[Mark]]) -> list[Mark]:
    if len(ways) == 1 or not ways[1]:
        return ways[0]
    return list(merge(*ways, key=lambda other: abs(other.first - one.first)))
