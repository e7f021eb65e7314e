"""Clients of Sentinel."""

from typing import Any, ClassVar

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.enums import Severity
from incident_hub_hookspecs.llm import (
    AnomalyAnalysis,
    AnomalyFactor,
    LlmKind,
    SentinelClient,
    SeverityPrediction,
)
from incident_hub_hookspecs.parsing import Delivery
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.conformance.checks import a_share, a_text, hold, instance, sequence
from incident_hub_hookspecs.testing.conformance.delivery import check_delivery
from incident_hub_hookspecs.testing.conformance.llm import LlmClientConformance, check_provenance

__all__ = ["SentinelConformance"]

_LIMIT = 5
SERIES: dict[str, tuple[float, ...]] = {
    "quiet": (1.0,) * 60,
    "jump": (*(1.0, 1.1, 0.9) * 20, 50.0),
    "short": (1.0,),
    "empty": (),
    "huge": (1e308, -1e308, 1e308),
    "unknown": (float("nan"), float("inf"), 1.0),
}


class SentinelConformance(LlmClientConformance):
    """For a plugin that brings a client of Sentinel."""

    kind: ClassVar[LlmKind] = LlmKind.SENTINEL
    protocol: ClassVar[type[Any]] = SentinelClient

    async def questions(self, client: Any, context: CallContext, incident: Incident) -> dict[str, Any]:
        """One question of each kind."""
        return {
            "fetch_alerts": await client.fetch_alerts(_LIMIT, context),
            "analyze_anomaly": await client.analyze_anomaly(incident, context),
            "predict_severity": await client.predict_severity(incident, context),
            "detect": await client.detect(SERIES, context),
        }

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """Alerts, an analysis, a prediction, an analysis for each series."""
        alerts = sequence(answer["fetch_alerts"], "fetch_alerts")
        hold(len(alerts) <= _LIMIT, f"fetch_alerts: {len(alerts)} of at most {_LIMIT}")
        check_delivery(Delivery(alerts))
        _check_analysis(answer["analyze_anomaly"], "analyze_anomaly")
        _check_prediction(answer["predict_severity"], "predict_severity")
        hold(set(answer["detect"]) <= set(SERIES), f"detect: judges {set(answer['detect'])}")
        for name, one in answer["detect"].items():
            _check_analysis(one, f"detect[{name}]")


def _check_analysis(value: object, where: str) -> None:
    one = instance(value, AnomalyAnalysis, where)
    hold(isinstance(one.is_anomalous, bool), f"{where}.is_anomalous: got {one.is_anomalous!r}")
    a_share(one.confidence, f"{where}.confidence")
    a_text(one.anomaly_type, f"{where}.anomaly_type")
    hold(
        isinstance(one.recommended_severity, Severity | None), f"{where}.recommended_severity is no Severity"
    )
    for index, item in enumerate(sequence(one.factors, f"{where}.factors")):
        factor = instance(item, AnomalyFactor, f"{where}.factors[{index}]")
        a_share(factor.contribution, f"{where}.factors[{index}].contribution")
        a_text(factor.description, f"{where}.factors[{index}].description")
    check_provenance(one.provenance, where)


def _check_prediction(value: object, where: str) -> None:
    one = instance(value, SeverityPrediction, where)
    instance(one.severity, Severity, f"{where}.severity")
    a_share(one.confidence, f"{where}.confidence")
    a_text(one.reasoning, f"{where}.reasoning")
    shares = [share for _, share in one.alternatives]
    for severity, share in one.alternatives:
        instance(severity, Severity, f"{where}.alternatives")
        a_share(share, f"{where}.alternatives")
    hold(shares == sorted(shares, reverse=True), f"{where}.alternatives: the likeliest does not come first")
    check_provenance(one.provenance, where)
