"""Questions to Shield, and what it said of an incident."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import strawberry
from incident_hub_hookspecs import LlmKind
from incident_hub_hookspecs import llm as contract

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.errors import bad_input
from incident_hub.api.graphql.resolvers.llm import asked
from incident_hub.api.graphql.types.shield import SecurityEventInput, Threat
from incident_hub.domain.ids import new_id
from incident_hub.storage.reading.rows import FindingRow, IncidentRow
from incident_hub.triage.threat import threat_of

__all__ = [
    "analyze_event",
    "assess_risk",
    "incident_threat",
    "mitigation_plan",
    "report_pattern",
    "scan_output",
    "scan_prompt",
    "scan_prompts",
]

MOST = 100
SEVERITIES = ("", "low", "medium", "high", "critical")
_Prompts = Annotated[list[str], strawberry.argument(description="1 to 100 texts.")]
_Events = Annotated[list[SecurityEventInput], strawberry.argument(description="1 to 100 events.")]


async def scan_prompt(info: Info, prompt: str) -> contract.TextScan:
    """Scan what a user sends."""
    (scan,) = await scan_prompts(info, [prompt])
    return scan


async def scan_prompts(info: Info, prompts: _Prompts) -> Sequence[contract.TextScan]:
    """Scan what users send."""
    _check_count("prompts", prompts)
    return await _scans(info, len(prompts), lambda shield, context: shield.scan_prompts(prompts, context))


async def scan_output(info: Info, output: str, prompt: str = "") -> contract.TextScan:
    """Scan what a model answers; the prompt is there for its context."""
    pairs = [(prompt, output)]
    (scan,) = await _scans(info, 1, lambda shield, context: shield.scan_outputs(pairs, context))
    return scan


async def analyze_event(info: Info, event: SecurityEventInput) -> contract.SecurityAnalysis:
    """What kind of threat an event is."""
    made = _event(info, event, "event")
    return await asked(
        info,
        LlmKind.SHIELD,
        contract.SecurityAnalysis,
        lambda shield, context: shield.analyze_security_event(made, context),
    )


async def assess_risk(info: Info, events: _Events) -> contract.RiskAssessment:
    """How dangerous events are together."""
    made = _made(info, events)
    return await asked(
        info,
        LlmKind.SHIELD,
        contract.RiskAssessment,
        lambda shield, context: shield.assess_risk(made, context),
    )


async def mitigation_plan(info: Info, threat_type: str, severity: str = "") -> contract.MitigationPlan:
    """What to do against a threat."""
    _check_severity(severity, "severity")
    by = contract.Provenance(info.context.viewer.actor, "user")
    analysis = contract.SecurityAnalysis(threat_type, 1.0, severity, by)
    return await asked(
        info,
        LlmKind.SHIELD,
        contract.MitigationPlan,
        lambda shield, context: shield.generate_mitigation_plan(analysis, context),
    )


async def report_pattern(info: Info, type: str, events: _Events) -> contract.PatternReport:  # noqa: A002
    """Tell of a pattern."""
    made = _made(info, events)
    return await asked(
        info,
        LlmKind.SHIELD,
        contract.PatternReport,
        lambda shield, context: shield.report_security_pattern(type, made, context),
    )


async def incident_threat(root: strawberry.Parent[IncidentRow], info: Info) -> Threat | None:
    """What Shield said of it at triage; null for what is no security incident."""
    for finding in await info.context.loaders.findings(root.id):
        if finding.stage == "enrich" and finding.error is None and (found := _threat(finding)):
            return found
    return None


def _threat(finding: FindingRow) -> Threat | None:
    told = threat_of(orjson.loads(finding.value))
    if told is None:
        return None
    analysis, risk, plan = told
    shown: dict[str, Any] = {"analysis": analysis, "risk": risk, "plan": plan, "at": finding.at}
    return Threat(**shown)


async def _scans(info: Info, count: int, ask: Any) -> Sequence[contract.TextScan]:  # noqa: ANN401 - a question
    found: Sequence[Any] = await asked(info, LlmKind.SHIELD, Sequence, ask)  # type: ignore[type-abstract]
    if len(found) != count:
        raise bad_input(f"Shield answered {len(found)} of {count} texts")
    return found


def _made(info: Info, events: Sequence[SecurityEventInput]) -> list[contract.SecurityEvent]:
    _check_count("events", events)
    return [_event(info, event, f"events[{index}]") for index, event in enumerate(events)]


def _event(info: Info, event: SecurityEventInput, place: str) -> contract.SecurityEvent:
    _check_severity(event.severity, f"{place}.severity")
    clock = info.context.services.clock
    return contract.SecurityEvent(
        new_id(int(clock.now().timestamp() * 1_000_000)),
        event.type,
        event.source,
        event.description,
        event.at or clock.now(),
        event.severity.lower(),
        {one.key: one.value for one in event.metadata or ()},
    )


def _check_count(name: str, given: Sequence[object]) -> None:
    if not 1 <= len(given) <= MOST:
        raise bad_input(f"{name}: 1 to {MOST} are taken, {len(given)} were given")


def _check_severity(severity: str, place: str) -> None:
    if severity.lower() not in SEVERITIES:
        raise bad_input(f"{place}: must be low, medium, high, critical, or empty when it is not known")
