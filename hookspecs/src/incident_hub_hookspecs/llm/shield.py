"""Shield: security of prompts and outputs, threats and what to do about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm.client import Provenance
from incident_hub_hookspecs.records import EMPTY

__all__ = [
    "MitigationPlan",
    "MitigationStep",
    "PatternReport",
    "RiskAssessment",
    "RiskFactor",
    "SecurityAnalysis",
    "SecurityEvent",
    "ShieldClient",
    "TextEntity",
    "TextScan",
]


def _nothing() -> Mapping[str, str]:
    return EMPTY


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Something suspicious. `severity` is `low` to `critical`; empty is unknown, which never means low."""

    id: str
    type: str
    source: str
    description: str
    at: datetime
    severity: str = ""
    metadata: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class RiskFactor:
    """One part of a risk; `impact` and `likelihood` are in [0, 1]."""

    type: str
    description: str
    impact: float
    likelihood: float


@dataclass(frozen=True, slots=True)
class TextEntity:
    """Something in a text that should not be there, by its place in characters; never what it says."""

    kind: str
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class TextScan:
    """What a prompt or an output holds. `risk` is in [0, 1]; `sanitized` is the text made harmless."""

    is_valid: bool
    risk: float
    provenance: Provenance
    sanitized: str = ""
    factors: tuple[RiskFactor, ...] = ()
    entities: tuple[TextEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityAnalysis:
    """What kind of threat an event is; `threat_type` is empty when it is not known."""

    threat_type: str
    confidence: float
    severity: str
    provenance: Provenance
    indicators: tuple[str, ...] = ()
    affected_systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """How dangerous several events are together; `score` is in [0, 1]."""

    level: str
    score: float
    provenance: Provenance
    factors: tuple[RiskFactor, ...] = ()
    recommendations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MitigationStep:
    """One step; `after` holds the orders of the steps that come before it."""

    order: int
    action: str
    description: str
    automation_available: bool = False
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MitigationPlan:
    """What to do against a threat."""

    steps: tuple[MitigationStep, ...]
    estimated_minutes: int
    priority: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PatternReport:
    """Whether a pattern of attack was seen before."""

    is_known: bool
    name: str
    confidence: float
    provenance: Provenance
    similar: tuple[str, ...] = ()


@runtime_checkable
class ShieldClient(Protocol):
    """Raises `DeliveryError` when the service did not answer.

    A text is 1 to 100,000 characters long; another one is refused with the code `invalid_request`.
    """

    async def scan_prompts(self, prompts: Sequence[str], context: CallContext) -> Sequence[TextScan]:
        """One scan a prompt, in order."""

    async def scan_outputs(
        self, pairs: Sequence[tuple[str, str]], context: CallContext
    ) -> Sequence[TextScan]:
        """One scan a (prompt, output), in order."""

    async def analyze_security_event(self, event: SecurityEvent, context: CallContext) -> SecurityAnalysis:
        """What kind of threat it is."""

    async def assess_risk(self, events: Sequence[SecurityEvent], context: CallContext) -> RiskAssessment:
        """How dangerous they are together."""

    async def generate_mitigation_plan(
        self, analysis: SecurityAnalysis, context: CallContext
    ) -> MitigationPlan:
        """What to do about it."""

    async def report_security_pattern(
        self,
        type: str,  # noqa: A002
        events: Sequence[SecurityEvent],
        context: CallContext,
    ) -> PatternReport:
        """Tell of a pattern, and hear whether it is known."""
