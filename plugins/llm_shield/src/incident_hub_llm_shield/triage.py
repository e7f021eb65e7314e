"""Shield in triage: says that an incident is a threat, and what is known of it."""

from collections.abc import Sequence
from dataclasses import asdict

from incident_hub_hookspecs import CallContext, Classification, Enrichment, Incident, IncidentType, Severity
from incident_hub_hookspecs.llm import (
    MitigationPlan,
    RiskAssessment,
    SecurityAnalysis,
    SecurityEvent,
    ShieldClient,
)

from incident_hub_llm_shield.local.threats import TYPES, phrases_in

__all__ = ["ThreatClassifier", "ThreatEnricher", "event_of"]

_SEVERITY = {"critical": Severity.P0, "high": Severity.P1, "medium": Severity.P2, "low": Severity.P3}
_WORDS = {
    Severity.P0: "critical",
    Severity.P1: "high",
    Severity.P2: "medium",
    Severity.P3: "low",
    Severity.P4: "low",
}
_PER_PHRASE = 0.05


class ThreatClassifier:
    """Names the threat type by what the incident's text says; quick, for every incident passes here."""

    async def classify(
        self,
        incidents: Sequence[Incident],
        context: CallContext,  # noqa: ARG002 - part of the contract
    ) -> Sequence[Classification | None]:
        """One answer an incident, in order."""
        return [_classification(one) for one in incidents]


def _classification(one: Incident) -> Classification | None:
    found = phrases_in(f"{one.title}\n{one.description}")
    if not found:
        return None
    threat = max(found, key=lambda name: (len(found[name]), -list(TYPES).index(name)))
    confidence = min(0.9, 0.75 + _PER_PHRASE * len(found[threat]))
    told = ", ".join(f'"{phrase}"' for phrase in found[threat][:3])
    return Classification(
        _SEVERITY[TYPES[threat].severity],
        IncidentType.SECURITY,
        confidence,
        (f"threat type {threat}: {told}",),
    )


class ThreatEnricher:
    """For security incidents: the threat, the risk of it, and a plan."""

    def __init__(self, client: ShieldClient) -> None:
        self._client = client

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident, in order; None for what is no security incident."""
        return [
            await self._enrichment(one, context) if one.type is IncidentType.SECURITY else None
            for one in incidents
        ]

    async def _enrichment(self, one: Incident, context: CallContext) -> Enrichment:
        event = event_of(one)
        threat = await self._client.analyze_security_event(event, context)
        risk = await self._client.assess_risk([event], context)
        plan = await self._client.generate_mitigation_plan(threat, context)
        return Enrichment(_summary(threat, risk, plan), {"threat": _json(threat, risk, plan)})


def event_of(one: Incident) -> SecurityEvent:
    """An incident as Shield sees it: what nobody reported stays unsaid."""
    llm = {name: value for name, value in asdict(one.llm).items() if value}
    return SecurityEvent(
        one.id,
        one.labels.get("event_type", one.labels.get("alertname", "")),
        one.source,
        f"{one.title}\n{one.description}",
        one.first_seen,
        _WORDS[one.reported_severity] if one.reported_severity else "",
        {**one.labels, **llm},
    )


def _summary(threat: SecurityAnalysis, risk: RiskAssessment, plan: MitigationPlan) -> str:
    name = threat.threat_type.replace("_", " ") or "threat of unknown type"
    first = plan.steps[0].description if plan.steps else "nothing planned"
    return f"{name} ({threat.confidence:.2f}), risk {risk.level} {risk.score:.2f}; first: {first}"


def _json(threat: SecurityAnalysis, risk: RiskAssessment, plan: MitigationPlan) -> dict[str, object]:
    """What `incident.threat` shows, by the field names of the contract's types."""
    return {"analysis": asdict(threat), "risk": asdict(risk), "plan": asdict(plan)}
