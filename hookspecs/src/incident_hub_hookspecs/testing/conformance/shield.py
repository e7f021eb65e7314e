"""Clients of Shield."""

from typing import Any, ClassVar

import pytest

from incident_hub_hookspecs import llm
from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm import LlmKind, ShieldClient
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.builders import NOON
from incident_hub_hookspecs.testing.conformance.checks import a_share, a_text, hold, instance, sequence, texts
from incident_hub_hookspecs.testing.conformance.llm import LlmClientConformance, check_provenance
from incident_hub_hookspecs.testing.conformance.stage import Stage

__all__ = ["ShieldConformance"]


class ShieldConformance(LlmClientConformance):
    """For a plugin that brings a client of Shield."""

    kind: ClassVar[LlmKind] = LlmKind.SHIELD
    protocol: ClassVar[type[Any]] = ShieldClient

    async def questions(self, client: Any, context: CallContext, incident: Incident) -> dict[str, Any]:
        """One question of each kind; the plan is made of the analysis."""
        event = llm.SecurityEvent(
            incident.id, "prompt_attack", incident.source, incident.title, NOON, metadata=incident.labels
        )
        analysis = await client.analyze_security_event(event, context)
        return {
            "scan_prompts": await client.scan_prompts([incident.title, "", "hello"], context),
            "scan_outputs": await client.scan_outputs([(incident.title, incident.description)], context),
            "analyze_security_event": analysis,
            "assess_risk": await client.assess_risk([event, event], context),
            "assess_no_risk": await client.assess_risk([], context),
            "generate_mitigation_plan": await client.generate_mitigation_plan(analysis, context),
            "report_security_pattern": await client.report_security_pattern(incident.title, [event], context),
        }

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """Scans in order, an analysis, an assessment, a plan, a report."""
        _check_scans(answer["scan_prompts"], 3, "scan_prompts")
        _check_scans(answer["scan_outputs"], 1, "scan_outputs")
        analysis = instance(answer["analyze_security_event"], llm.SecurityAnalysis, "analyze_security_event")
        a_share(analysis.confidence, "analyze_security_event.confidence")
        texts(analysis.indicators, "analyze_security_event.indicators")
        check_provenance(analysis.provenance, "analyze_security_event")
        for name in ("assess_risk", "assess_no_risk"):
            risk = instance(answer[name], llm.RiskAssessment, name)
            a_share(risk.score, f"{name}.score")
            _check_factors(risk.factors, f"{name}.factors")
            texts(risk.recommendations, f"{name}.recommendations")
            check_provenance(risk.provenance, name)
        _check_plan(answer["generate_mitigation_plan"], "generate_mitigation_plan")
        report = instance(answer["report_security_pattern"], llm.PatternReport, "report_security_pattern")
        a_share(report.confidence, "report_security_pattern.confidence")
        check_provenance(report.provenance, "report_security_pattern")

    @pytest.mark.parametrize("count", [0, 1, 500])
    def test_a_batch_has_one_scan_a_text(self, client: Any, stage: Stage, count: int) -> None:
        """None for nothing, five hundred for five hundred, in order."""
        prompts = [f"prompt {number}" for number in range(count)]
        _check_scans(stage.run(lambda: client.scan_prompts(prompts, stage.context)), count, "scan_prompts")
        pairs = [(one, one) for one in prompts]
        _check_scans(stage.run(lambda: client.scan_outputs(pairs, stage.context)), count, "scan_outputs")


def _check_scans(value: object, count: int, where: str) -> None:
    for index, item in enumerate(sequence(value, where, count)):
        scan = instance(item, llm.TextScan, f"{where}[{index}]")
        hold(isinstance(scan.is_valid, bool), f"{where}[{index}].is_valid: got {scan.is_valid!r}")
        a_share(scan.risk, f"{where}[{index}].risk")
        hold(isinstance(scan.sanitized, str), f"{where}[{index}].sanitized is not text")
        _check_factors(scan.factors, f"{where}[{index}].factors")
        check_provenance(scan.provenance, f"{where}[{index}]")


def _check_factors(value: object, where: str) -> None:
    for index, item in enumerate(sequence(value, where)):
        factor = instance(item, llm.RiskFactor, f"{where}[{index}]")
        a_text(factor.type, f"{where}[{index}].type")
        a_text(factor.description, f"{where}[{index}].description")
        a_share(factor.impact, f"{where}[{index}].impact")
        a_share(factor.likelihood, f"{where}[{index}].likelihood")


def _check_plan(value: object, where: str) -> None:
    plan = instance(value, llm.MitigationPlan, where)
    steps = [
        instance(one, llm.MitigationStep, f"{where}.steps") for one in sequence(plan.steps, f"{where}.steps")
    ]
    orders = {one.order for one in steps}
    hold(len(orders) == len(steps), f"{where}: two steps have one order")
    for step in steps:
        a_text(step.action, f"{where}.action")
        a_text(step.description, f"{where}.description")
        before = set(step.after)
        hold(
            before <= orders, f"{where}: step {step.order} comes after {before - orders}, which are not there"
        )
        hold(step.order not in before, f"{where}: step {step.order} comes after itself")
    hold(plan.estimated_minutes >= 0, f"{where}: takes {plan.estimated_minutes} minutes")
    check_provenance(plan.provenance, where)
