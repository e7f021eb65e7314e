"""How many incidents of one place begin at about one time."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from incident_hub_correlator_window.evidence import WIDE, Mark
from incident_hub_correlator_window.seen import Seen

__all__ = ["Crowds"]

MINUTE = 60.0


class Crowds:
    """The begins of all incidents at hand, by place."""

    def __init__(self, known: Iterable[Seen]) -> None:
        self._begins: dict[Mark, list[float]] = defaultdict(list)
        for one in known:
            for mark in one.marks:
                if mark[0] in WIDE:
                    self._begins[mark].append(one.first)
        for begins in self._begins.values():
            begins.sort()

    def around(self, places: Sequence[Mark], one: Seen, other: Seen) -> int:
        """The most incidents of a shared place that begin within a minute around these two, both included."""
        least, most = min(one.first, other.first), max(one.first, other.first)
        if most - least > MINUTE:
            return 0
        slack = (MINUTE - (most - least)) / 2
        return max((self._count(place, least - slack, most + slack) for place in places), default=0)

    def _count(self, place: Mark, start: float, end: float) -> int:
        begins = self._begins[place]
        return bisect_right(begins, end) - bisect_left(begins, start)
