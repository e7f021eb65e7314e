"""Clients of Governance."""

from typing import Any, ClassVar

from incident_hub_hookspecs import llm
from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm import GovernanceClient, LlmKind, RuleOutcome
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.conformance.checks import (
    a_text,
    aware,
    hold,
    instance,
    plain_json,
    sequence,
    texts,
)
from incident_hub_hookspecs.testing.conformance.llm import LlmClientConformance, check_provenance

__all__ = ["GovernanceConformance"]

_MEGABYTE = 1_048_576


class GovernanceConformance(LlmClientConformance):
    """For a plugin that brings a client of Governance."""

    kind: ClassVar[LlmKind] = LlmKind.GOVERNANCE
    protocol: ClassVar[type[Any]] = GovernanceClient

    async def questions(self, client: Any, context: CallContext, incident: Incident) -> dict[str, Any]:
        """One question of each kind, of the first framework that it knows, of none, and of one that is none."""
        known = tuple(await client.frameworks(context))
        asked = {"known": known[:1], "none": (), "stranger": (incident.title,)}
        return {
            "frameworks": known,
            "asked": asked,
            "check_compliance": {
                name: await client.check_compliance(llm.ComplianceCheck(incident, of, {}), context)
                for name, of in asked.items()
            },
            "audit_report": await client.audit_report(incident, context),
            "metrics": await client.metrics(context),
        }

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """Reports on the frameworks that were asked for, an audit report, figures."""
        texts(answer["frameworks"], "frameworks")
        for name, of in answer["asked"].items():
            _check_report(answer["check_compliance"][name], of)
        report = instance(answer["audit_report"], llm.AuditReport, "audit_report")
        aware(report.made_at, "audit_report.made_at")
        plain_json(report.content, "audit_report.content", 16 * _MEGABYTE)
        check_provenance(report.provenance, "audit_report")
        for key, value in answer["metrics"].items():
            right = isinstance(key, str) and isinstance(value, int | float)
            hold(right, f"metrics: {key!r} is {value!r}")


def _check_report(value: object, frameworks: tuple[str, ...]) -> None:
    report = instance(value, llm.ComplianceReport, "check_compliance")
    aware(report.checked_at, "check_compliance.checked_at")
    for item in sequence(report.results, "check_compliance.results"):
        one = instance(item, llm.RuleResult, "check_compliance.results")
        where = f"check_compliance: {one.rule}"
        hold(one.framework in frameworks, f"{where}: {one.framework!r} was not asked for")
        instance(one.outcome, RuleOutcome, f"{where}.outcome")
        hold(one.outcome is not RuleOutcome.PASS or one.evidence, f"{where}: passes without evidence")
        texts(one.evidence, f"{where}.evidence")
        a_text(one.remediation, f"{where}.remediation")
        aware(one.due_at, f"{where}.due_at")
    check_provenance(report.provenance, "check_compliance")
