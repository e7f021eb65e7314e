"""Sentinel: monitoring and anomaly detection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.enums import Severity
from incident_hub_hookspecs.llm.client import Provenance
from incident_hub_hookspecs.records import Alert, Incident

__all__ = ["AnomalyAnalysis", "AnomalyFactor", "SentinelClient", "SeverityPrediction"]


@dataclass(frozen=True, slots=True)
class AnomalyFactor:
    """One reason; `contribution` is its share of the verdict, in [0, 1]."""

    name: str
    value: float
    contribution: float
    description: str = ""


@dataclass(frozen=True, slots=True)
class AnomalyAnalysis:
    """Whether what an incident reports is out of the ordinary. `confidence` is in [0, 1].

    `anomaly_type` is empty when it is not known; it is never guessed.
    """

    is_anomalous: bool
    confidence: float
    provenance: Provenance
    anomaly_type: str = ""
    factors: tuple[AnomalyFactor, ...] = ()
    recommended_severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class SeverityPrediction:
    """How bad it will be; `alternatives` are (severity, probability), the likeliest first."""

    severity: Severity
    confidence: float
    provenance: Provenance
    reasoning: str = ""
    alternatives: tuple[tuple[Severity, float], ...] = ()


@runtime_checkable
class SentinelClient(Protocol):
    """Raises `DeliveryError` when the service did not answer."""

    async def fetch_alerts(self, limit: int, context: CallContext) -> Sequence[Alert]:
        """The newest anomalies, as alerts."""

    async def analyze_anomaly(self, incident: Incident, context: CallContext) -> AnomalyAnalysis:
        """What is known of the anomaly behind an incident."""

    async def predict_severity(self, incident: Incident, context: CallContext) -> SeverityPrediction:
        """How bad this incident will be."""

    async def detect(
        self, series: Mapping[str, Sequence[float]], context: CallContext
    ) -> Mapping[str, AnomalyAnalysis]:
        """Judge the last value of each named series by the values before it, oldest first."""
