"""Incidents that have values in common: the more of them, the likelier they are one problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import CallContext, Incident, Link, setting

__all__ = ["Settings", "SharedCorrelator"]

LLM_FIELDS = ("provider", "model", "deployment", "prompt_version", "agent", "tool")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set."""

    labels: tuple[str, ...] = setting(
        "Labels whose value tells that two incidents are one problem.",
        default=("trace_id", "release", "cluster"),
    )
    llm: tuple[str, ...] = setting(
        "Parts of the LLM identity that tell the same.",
        default=("deployment", "prompt_version"),
        choices=LLM_FIELDS,
    )
    weight: float = setting(
        "How sure one value in common makes; two make 1 - (1 - weight)^2.",
        default=0.6,
        least=0.01,
        most=0.99,
    )


class SharedCorrelator:
    """Compares each incident with its own candidates; everything it needs is in them."""

    def __init__(self, settings: Settings) -> None:
        """Keep the rules."""
        self._settings = settings

    async def correlate(
        self,
        incidents: Sequence[Incident],
        candidates: Sequence[Sequence[Incident]],
        context: CallContext,
    ) -> Sequence[Sequence[Link]]:
        """For each incident the links to those of its candidates that share a value."""
        pairs = zip(incidents, candidates, strict=True)
        return [self._links(incident, others) for incident, others in pairs]

    def _links(self, incident: Incident, others: Sequence[Incident]) -> list[Link]:
        mine = self._values(incident)
        if not mine:
            return []
        links = []
        for other in others:
            theirs = self._values(other)
            shared = [name for name, value in mine.items() if theirs.get(name) == value]
            if shared and other.id != incident.id:
                links.append(Link(other.id, self._score(len(shared)), f"same {', '.join(shared)}"))
        return links

    def _values(self, incident: Incident) -> Mapping[str, str]:
        """What is told of the incident, by name; an empty value tells nothing."""
        labels = {name: incident.labels.get(name, "") for name in self._settings.labels}
        llm = {name: str(getattr(incident.llm, name)) for name in self._settings.llm}
        return {name: value for name, value in {**labels, **llm}.items() if value}

    def _score(self, shared: int) -> float:
        return round(1 - (1 - self._settings.weight) ** shared, 4)
