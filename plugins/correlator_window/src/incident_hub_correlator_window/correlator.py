"""Scores each pair: the evidence, weakened by the time between the two.

Closeness is exp(-3 x seconds / window), nothing beyond the window. It takes away at most 40 % of the
evidence, so a fingerprint still links at the window's end, and weaker evidence needs to be near.
"""

from collections.abc import Sequence
from math import exp

from incident_hub_hookspecs import CallContext, Incident, Link

from incident_hub_correlator_window.evidence import Seen, evidence, seen

__all__ = ["WindowCorrelator"]

STEEPNESS = 3.0
TIMELESS = 0.6


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
        """For each incident its links, the strongest first."""
        known: dict[str, Seen] = {}
        return [
            self._links(_once(known, incident), [_once(known, other) for other in others])
            for incident, others in zip(incidents, candidates, strict=True)
        ]

    def _links(self, one: Seen, others: Sequence[Seen]) -> list[Link]:
        links = [link for other in others if (link := self._link(one, other))]
        return sorted(links, key=lambda link: -link.score)

    def _link(self, one: Seen, other: Seen) -> Link | None:
        apart = max(0.0, other.first - one.last, one.first - other.last)
        if apart > self._window or one.incident.id == other.incident.id:
            return None
        weight, reasons = evidence(one, other)
        if weight < self._min_score:
            return None
        score = weight * (TIMELESS + (1 - TIMELESS) * exp(-STEEPNESS * apart / self._window))
        if score < self._min_score:
            return None
        reason = "; ".join([f"{reasons[0]}, {apart:.0f} s apart", *reasons[1:]])
        return Link(other.incident.id, round(score, 3), reason)


def _once(known: dict[str, Seen], incident: Incident) -> Seen:
    found = known.get(incident.id)
    if found is None:
        found = known[incident.id] = seen(incident)
    return found
