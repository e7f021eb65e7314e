"""What Shield says, as in the contract with plugins."""

from datetime import datetime

import strawberry

from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.inputs import LabelInput

__all__ = [
    "MitigationPlan",
    "PatternReport",
    "Provenance",
    "RiskAssessment",
    "SecurityAnalysis",
    "SecurityEventInput",
    "TextScan",
    "Threat",
]


@strawberry.type(description="Who gave an answer.")
class Provenance:
    """Shows a `Provenance`."""

    plugin: str
    engine: str = strawberry.field(description="`live` is the service itself, `local` the plugin alone.")
    detail: str


@strawberry.type(description="One part of a risk; impact and likelihood are 0 to 1.")
class RiskFactor:
    """Shows a `RiskFactor`."""

    type: str
    description: str
    impact: float
    likelihood: float


@strawberry.type(
    description="Something in a text that should not be there: its kind and place, not what it says."
)
class TextEntity:
    """Shows a `TextEntity`."""

    kind: str
    start: int
    end: int
    confidence: float


@strawberry.type(description="What a prompt or an output holds.")
class TextScan:
    """Shows a `TextScan`."""

    is_valid: bool
    risk: float
    sanitized: str
    factors: list[RiskFactor]
    entities: list[TextEntity]
    provenance: Provenance


@strawberry.type(
    description="What kind of threat it is; an unknown type is empty, an unknown severity never low."
)
class SecurityAnalysis:
    """Shows a `SecurityAnalysis`."""

    threat_type: str
    confidence: float
    severity: str
    indicators: list[str]
    affected_systems: list[str]
    provenance: Provenance


@strawberry.type(description="How dangerous events are together; the score is 0 to 1.")
class RiskAssessment:
    """Shows a `RiskAssessment`."""

    level: str
    score: float
    factors: list[RiskFactor]
    recommendations: list[str]
    provenance: Provenance


@strawberry.type(description="One step; it comes after the steps of these orders.")
class MitigationStep:
    """Shows a `MitigationStep`."""

    order: int
    action: str
    description: str
    automation_available: bool
    after: list[int]


@strawberry.type(description="What to do against a threat.")
class MitigationPlan:
    """Shows a `MitigationPlan`."""

    steps: list[MitigationStep]
    estimated_minutes: int
    priority: str
    provenance: Provenance


@strawberry.type(description="Whether a pattern of attack was seen before.")
class PatternReport:
    """Shows a `PatternReport`."""

    is_known: bool
    name: str
    confidence: float
    similar: list[str]
    provenance: Provenance


@strawberry.type(description="What Shield said of a security incident at triage.")
class Threat:
    """From the finding of the enricher."""

    analysis: SecurityAnalysis
    risk: RiskAssessment
    plan: MitigationPlan
    at: Moment = strawberry.field(description="When it was said.")


@strawberry.input(description="Something suspicious; an empty severity is unknown.")
class SecurityEventInput:
    """As in the contract; times default to now."""

    type: str = ""
    source: str = ""
    description: str
    severity: str = ""
    at: datetime | None = None
    metadata: list[LabelInput] | None = None
