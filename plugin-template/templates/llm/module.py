"""Robust statistics over the past: medians, so that one wild value moves nothing.

Every answer says that it is `local`: nobody shall take it for the word of a monitoring service.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median

from incident_hub_hookspecs import Alert, CallContext, Incident, Severity, setting
from incident_hub_hookspecs.llm import (
    AnomalyAnalysis,
    AnomalyFactor,
    Provenance,
    SeverityPrediction,
)

__all__ = ["LocalSentinel", "Settings"]

PAST = 50
# Makes the median absolute deviation comparable to a standard deviation.
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set."""

    threshold: float = setting(
        "How many deviations from the median are out of the ordinary.", default=3.5, least=1, most=20
    )
    least_values: int = setting(
        "With fewer values before it nothing is called out of the ordinary.", default=8, least=3
    )


class LocalSentinel:
    """Satisfies `SentinelClient`; keeps nothing between calls."""

    def __init__(self, name: str, settings: Settings) -> None:
        """Keep the limits, and the name that answers carry."""
        self._settings = settings
        self._provenance = Provenance(name, "local", "median and absolute deviation")

    async def fetch_alerts(self, limit: int, context: CallContext) -> Sequence[Alert]:
        """None: what it judges comes from others."""
        return []

    async def detect(
        self, series: Mapping[str, Sequence[float]], context: CallContext
    ) -> Mapping[str, AnomalyAnalysis]:
        """Judge the last value of each series by the values before it."""
        return {name: self._judge(name, values) for name, values in series.items()}

    async def analyze_anomaly(self, incident: Incident, context: CallContext) -> AnomalyAnalysis:
        """Whether this incident gathered more alerts than earlier ones of its kind."""
        past = await self._past(incident, context)
        counts = [float(one.count) for one in reversed(past)]
        return self._judge("alerts", [*counts, float(incident.count)])

    async def predict_severity(self, incident: Incident, context: CallContext) -> SeverityPrediction:
        """How bad incidents of its kind were; what counts now has a vote as well."""
        past = await self._past(incident, context)
        votes = Counter([incident.severity, *(one.severity for one in past)])
        total = votes.total()
        ranked = sorted(votes, key=lambda severity: (-votes[severity], severity.rank))
        shares = [(severity, votes[severity] / total) for severity in ranked]
        (best, share), others = shares[0], shares[1:]
        told = f"{votes[best]} of {total}, this incident included, are {best}"
        return SeverityPrediction(best, share, self._provenance, told, tuple(others))

    async def _past(self, incident: Incident, context: CallContext) -> Sequence[Incident]:
        (past,) = await context.lookup.similar([incident], limit=PAST)
        return past

    def _judge(self, name: str, values: Sequence[float]) -> AnomalyAnalysis:
        sound = [value for value in values if isfinite(value)]
        if len(sound) <= self._settings.least_values or not isfinite(values[-1]):
            few = AnomalyFactor("values", float(len(sound)), 0.0, "too few to judge by")
            return AnomalyAnalysis(False, 0.0, self._provenance, factors=(few,))
        deviations = _deviations(sound[:-1], sound[-1])
        odd = abs(deviations) >= self._settings.threshold
        confidence = min(1.0, abs(deviations) / (2 * self._settings.threshold))
        factor = AnomalyFactor(name, sound[-1], 1.0, f"{deviations:+.1f} deviations from the median")
        return AnomalyAnalysis(
            odd,
            confidence if odd else 1.0 - confidence,
            self._provenance,
            anomaly_type=("spike" if deviations > 0 else "drop") if odd else "",
            factors=(factor,),
            recommended_severity=_severity(confidence) if odd else None,
        )


def _deviations(before: Sequence[float], last: float) -> float:
    """How far the last value is from the median of the others, in robust standard deviations."""
    middle = median(before)
    spread = MAD_TO_SIGMA * median(abs(value - middle) for value in before)
    # values that never changed: a thousandth of them is the least step that means something
    step = max(spread, abs(middle) / 1000, 1e-9)
    return (last - middle) / step


def _severity(confidence: float) -> Severity:
    return Severity.P2 if confidence >= 1.0 else Severity.P3
