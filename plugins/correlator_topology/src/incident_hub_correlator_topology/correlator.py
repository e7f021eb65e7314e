"""Scores pairs of incidents whose services depend on each other.

The score is 0.85 for one step and 0.7 for two, times how readily both troubles spread, times
0.7 + 0.3 exp(-3 x seconds apart / window), nothing beyond the window. A title that calls its own provider
or model the trouble takes all of it away when that is not the other's, and a quarter when the other
does not say so too.
"""

from collections.abc import Mapping, Sequence
from math import exp

from incident_hub_hookspecs import CallContext, Incident, Link
from incident_hub_hookspecs.event_time import burned_last
from incident_hub_hookspecs.providers import Providers
from incident_hub_hookspecs.symptoms import spreads

from incident_hub_correlator_topology.graph import Graph

__all__ = ["MOST_LINKS", "TopologyCorrelator"]

BY_STEPS = {1: 0.85, 2: 0.7}
TIMELESS, STEEPNESS = 0.7, 3.0
MOST_LINKS = 3
LEAST = 0.3
UNTOLD = 0.75


class TopologyCorrelator:
    """A correlator that asks the hub's directories what depends on what."""

    def __init__(self, window_seconds: float, labels: Sequence[str]) -> None:
        self._window = window_seconds
        self._labels = labels

    async def correlate(
        self,
        incidents: Sequence[Incident],
        candidates: Sequence[Sequence[Incident]],
        context: CallContext,
    ) -> Sequence[Sequence[Link]]:
        """For each incident its strongest links, at most three, the strongest first."""
        everybody = {one.id: one for found in (incidents, *candidates) for one in found}
        services = {key: name for key, one in everybody.items() if (name := self._service(one))}
        graph = Graph()
        await graph.learn(set(services.values()), context.directory)
        providers = Providers(everybody.values())
        return [
            self._links(one, others, services, graph, providers)
            for one, others in zip(incidents, candidates, strict=True)
        ]

    def _service(self, incident: Incident) -> str:
        return next((incident.labels[label] for label in self._labels if incident.labels.get(label)), "")

    def _links(
        self,
        one: Incident,
        others: Sequence[Incident],
        services: Mapping[str, str],
        graph: Graph,
        providers: Providers,
    ) -> list[Link]:
        mine = services.get(one.id)
        if not mine:
            return []
        found = []
        for other in others:
            theirs = services.get(other.id, "")
            path = graph.path(mine, theirs) or graph.path(theirs, mine)
            if not path or not (left := _left(one, other, providers)):
                continue
            if (score := left * self._score(one, other, len(path) - 1)) >= LEAST:
                found.append(Link(other.id, round(score, 3), _reason(path)))
        found.sort(key=lambda link: (link.score, link.other_id), reverse=True)
        return found[:MOST_LINKS]

    def _score(self, one: Incident, other: Incident, steps: int) -> float:
        apart = max(0.0, _gap(one, other), _gap(other, one))
        if apart > self._window:
            return 0.0
        near = TIMELESS + (1 - TIMELESS) * exp(-STEEPNESS * apart / self._window)
        return BY_STEPS[steps] * spreads(one.title) * spreads(other.title) * near


def _left(one: Incident, other: Incident, providers: Providers) -> float:
    """The share of the score that stays when titles put the blame on a provider or a model."""
    share = 1.0
    for told, heard in ((one, other), (other, one)):
        provider, model = providers.of(told), told.llm.model
        if model and model != heard.llm.model and providers.blames(told, model):
            return 0.0
        if provider and providers.blames(told, provider):
            if provider != providers.of(heard):
                return 0.0
            share = share if providers.blames(heard, provider) else UNTOLD
    return share


def _gap(earlier: Incident, later: Incident) -> float:
    return (later.first_seen - burned_last(earlier)).total_seconds()


def _reason(path: Sequence[str]) -> str:
    names = [" ".join(name.split())[:60] for name in path]
    return " depends on ".join(names[:2]) + (f", which depends on {names[2]}" if len(names) > 2 else "")
