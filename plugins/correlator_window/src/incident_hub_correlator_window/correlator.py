"""Scores each pair: the evidence, weakened by the time between the two.

Closeness is exp(-3 x seconds / window), nothing beyond the window. It takes away at most 40 % of the
evidence, so a fingerprint still links at the window's end, and weaker evidence needs to be near.
"""

from collections.abc import Sequence
from itertools import chain
from math import exp
from operator import itemgetter

from incident_hub_hookspecs import CallContext, Incident, Link

from incident_hub_correlator_window.crowds import Crowds
from incident_hub_correlator_window.evidence import STRANGERS, UNTOLD, Shared, alike, crowd_doubt
from incident_hub_correlator_window.seen import Seen, common_words, see

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
        known = see(chain(incidents, *candidates))
        told: dict[int, Shared] = {}
        crowds = Crowds(known.values())
        return [
            self._links(known[incident.id], [known[other.id] for other in others], told, crowds)
            for incident, others in zip(incidents, candidates, strict=True)
        ]

    def _links(
        self, one: Seen, others: Sequence[Seen], told: dict[int, Shared], crowds: Crowds
    ) -> list[Link]:
        """`told` keeps what shared marks mean: neighbours share the same few."""
        least, scored = self._min_score, []
        for other in others:
            bits = one.mark_bits & other.mark_bits
            shared = told.get(bits)
            if shared is None:
                shared = told[bits] = Shared(one.marks & other.marks)
            titles = alike(common_words(one, other), len(one.words), len(other.words))
            doubt = shared.doubt * (1 - shared.title_weight * titles)
            if shared.wide and doubt > 1 - least:
                doubt *= crowd_doubt(crowds.around(shared.wide, one, other))
            weight = (1 - doubt) * shared.damping
            if (one.contained or other.contained) and not shared.own:
                weight *= STRANGERS
            elif one.blames is not other.blames and shared.only_llm:
                weight *= UNTOLD
            if weight >= least and (score := weight * self._closeness(one, other)) >= least:
                scored.append((score, other.id, other, shared.reasons, titles))
        scored.sort(key=_ORDER, reverse=True)
        return [
            _link(score, one, other, reasons(titles))
            for score, _, other, reasons, titles in scored[:MOST_LINKS]
        ]

    def _closeness(self, one: Seen, other: Seen) -> float:
        """The share of the evidence that time leaves; 0: they are no pair."""
        if other.first > one.last:
            apart = other.first - one.last
        else:
            apart = one.first - other.last if one.first > other.last else 0.0
        if apart > self._window or one is other:
            return 0.0
        return TIMELESS + (1 - TIMELESS) * exp(-STEEPNESS * apart / self._window)


def _link(score: float, one: Seen, other: Seen, reasons: Sequence[str]) -> Link:
    apart = max(0.0, other.first - one.last, one.first - other.last)
    first, *more = reasons
    return Link(other.id, round(score, 3), "; ".join([f"{first}, {apart:.0f} s apart", *more]))
