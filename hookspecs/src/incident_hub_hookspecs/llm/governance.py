"""Governance: which rules an incident touches, and the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm.client import Provenance
from incident_hub_hookspecs.records import Incident

__all__ = [
    "AuditReport",
    "ComplianceCheck",
    "ComplianceReport",
    "GovernanceClient",
    "RuleOutcome",
    "RuleResult",
]


class RuleOutcome(StrEnum):
    """What a rule says. Missing evidence is `unknown`, never `pass`."""

    PASS = "pass"  # noqa: S105 - a word, no secret
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ComplianceCheck:
    """What to check: frameworks as in `GDPR` or `SOC2`; `evidence` is JSON, by the rules' own keys."""

    incident: Incident
    frameworks: tuple[str, ...]
    evidence: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's answer: which article, on what evidence, what mends it, and by when."""

    rule: str
    framework: str
    outcome: RuleOutcome
    severity: str
    article: str = ""
    evidence: tuple[str, ...] = ()
    remediation: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """All answers of one check."""

    results: tuple[RuleResult, ...]
    checked_at: datetime
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What happened to an incident, for auditors; `content` is JSON."""

    incident_id: str
    made_at: datetime
    content: Mapping[str, object]
    provenance: Provenance


@runtime_checkable
class GovernanceClient(Protocol):
    """Raises `DeliveryError` when the service did not answer."""

    async def check_compliance(self, check: ComplianceCheck, context: CallContext) -> ComplianceReport:
        """Ask the rules of the named frameworks."""

    async def audit_report(self, incident: Incident, context: CallContext) -> AuditReport:
        """The report on one incident."""

    async def metrics(self, context: CallContext) -> Mapping[str, float]:
        """Figures by name, as in `checks_total`."""

    async def frameworks(self, context: CallContext) -> Sequence[str]:
        """The frameworks it knows."""
