"""What the model may see of an incident. No severity, no labels, nothing that comes after its first alert."""

from dataclasses import dataclass
from datetime import datetime

from incident_hub_hookspecs import Incident

__all__ = ["Example"]

TITLE_LIMIT = 300
BODY_LIMIT = 2000
MOST_RESOURCES = 20


@dataclass(frozen=True, slots=True)
class Example:
    """`at` is when it was first seen. Labels stay out: many a source writes its severity into one."""

    title: str
    body: str
    source: str
    resources: tuple[str, ...]
    provider: str
    model: str
    at: datetime

    @classmethod
    def of(cls, incident: Incident) -> "Example":
        """What an incident shows."""
        return cls(
            incident.title[:TITLE_LIMIT],
            incident.description[:BODY_LIMIT],
            incident.source,
            tuple(incident.resources[:MOST_RESOURCES]),
            incident.llm.provider,
            incident.llm.model,
            incident.first_seen,
        )
