"""Scores each pair: the evidence, weakened by the time between the two.

Closeness is exp(-3 x seconds / window), nothing beyond the window. It takes away at most 40 % of the
evidence, so a fingerprint still links at the window's end, and weaker evidence needs to be near.
"""

from collections.abc import Sequence
from itertools import chain
from math import exp
from operator import itemgetter

from incident_hub_hookspecs import CallContext, Incident, Link

from incident_hub_correlator_window.evidence import Seen, reasons, seen, weight

__all__ = ["MOST_LINKS", "WindowCorrelator"]

STEEPNESS = 3.0
TIMELESS = 0.6
MOST_LINKS = 3  # a group is found through the strongest links; the others would only repeat it
_ORDER = itemgetter(0, 1)


class WindowCorrelator:
    """A correlator that only looks at the two incidents of a pair."""

    def __init__(self, window_seconds: float, min_score: float) -> None:
        self._window = window_seconds
        self._min_score = min_score

    async def correlate(
        self,
        incidents: Sequence[Incident],
        candidates: Sequence[Sequence[Incident]],
        context: CallContext,  # noqa: ARG002 - part of the contract
    ) -> Sequence[Sequence[Link]]:
        """For each incident its strongest links, at most three, the strongest first."""
        known: dict[str, Seen] = {}
        for incident in chain(incidents, *candidates):
            if incident.id not in known:
                known[incident.id] = seen(incident)
        return [
            self._links(known[incident.id], [known[other.id] for other in others])
            for incident, others in zip(incidents, candidates, strict=True)
        ]

    def _links(self, one: Seen, others: Sequence[Seen]) -> list[Link]:
        scored = [(score, other.id, other) for other in others if (score := self._score(one, other))]
        scored.sort(key=_ORDER, reverse=True)
        return [_link(score, one, other) for score, _, other in scored[:MOST_LINKS]]

    def _score(self, one: Seen, other: Seen) -> float:
        """What the link is worth; 0: it is none."""
        if other.first > one.last:
            apart = other.first - one.last
        else:
            apart = one.first - other.last if one.first > other.last else 0.0
        if apart > self._window or one.id == other.id:
            return 0.0
        score = weight(one, other)
        if score < self._min_score:
            return 0.0
        score *= TIMELESS + (1 - TIMELESS) * exp(-STEEPNESS * apart / self._window)
        return score if score >= self._min_score else 0.0


def _link(score: float, one: Seen, other: Seen) -> Link:
    apart = max(0.0, other.first - one.last, one.first - other.last)
    first, *more = reasons(one, other)
    return Link(other.id, round(score, 3), "; ".join([f"{first}, {apart:.0f} s apart", *more]))
