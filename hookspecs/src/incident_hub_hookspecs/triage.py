"""Triage: what plugins think of an incident. All answers are data; the hub decides what to do with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.enums import IncidentType, Severity
from incident_hub_hookspecs.records import Incident

__all__ = [
    "CachedEnricher",
    "Classification",
    "Classifier",
    "Correlator",
    "Enricher",
    "Enrichment",
    "Feedback",
    "FeedbackKind",
    "Learner",
    "Link",
]


@dataclass(frozen=True, slots=True)
class Classification:
    """A classifier's opinion. `confidence` is in [0, 1]; None leaves that field as it is."""

    severity: Severity | None = None
    type: IncidentType | None = None
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Facts an enricher found. `summary` is one line for people, `data` is JSON for programs."""

    summary: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """Why two incidents belong together. `score` is in [0, 1], `other_id` one of the candidates."""

    other_id: str
    score: float
    reason: str


class FeedbackKind(StrEnum):
    """How a person showed what was right."""

    CORRECTION = "correction"
    FALSE_ALARM = "false_alarm"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of an incident: `incident` is as it stands, None leaves a field open."""

    incident: Incident
    kind: FeedbackKind
    actor: str
    at: datetime
    severity: Severity | None = None
    type: IncidentType | None = None


@runtime_checkable
class Classifier(Protocol):
    """Triage 1: says how bad and of what kind the incidents are."""

    async def classify(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Classification | None]:
        """One answer an incident, in order; None is "no opinion"."""


@runtime_checkable
class Learner(Protocol):
    """A classifier that learns has this method too."""

    async def learn(self, feedback: Sequence[Feedback], context: CallContext) -> None:
        """Take in what people said. Called by a durable intent, so perhaps again with the same feedback."""


@runtime_checkable
class Enricher(Protocol):
    """Triage 2: adds what is known elsewhere."""

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident, in order; None is "nothing to add"."""


@runtime_checkable
class CachedEnricher(Protocol):
    """An enricher whose answer several incidents may share has this method too."""

    def cache_key(self, incident: Incident) -> str:
        """Incidents with one key get one answer, kept for `triage.enrichment.cache_seconds`; "" is kept apart.

        Called on the event loop for each incident, so it must be quick.
        """


@runtime_checkable
class Correlator(Protocol):
    """Triage 3: says which incidents of the time window belong together."""

    async def correlate(
        self,
        incidents: Sequence[Incident],
        candidates: Sequence[Sequence[Incident]],
        context: CallContext,
    ) -> Sequence[Sequence[Link]]:
        """For each incident its links to some of its own candidates (same position)."""
