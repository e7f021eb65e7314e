"""The field `llm`: one part for each kind of client."""

import strawberry

from incident_hub.api.graphql.fields import resolved
from incident_hub.api.graphql.resolvers import llm, shield
from incident_hub.api.graphql.types.shield import (
    MitigationPlan,
    PatternReport,
    RiskAssessment,
    SecurityAnalysis,
    TextScan,
)

__all__ = ["Llm", "LlmMutation"]


@strawberry.type(description="Which plugin serves a kind of client.")
class LlmClientInfo:
    """One line."""

    kind: str
    plugin: str


@strawberry.type(description="Security of prompts and outputs; nothing is changed.")
class Shield:
    """Each field asks the client of Shield; an answer that fails is null, and an error says why."""

    scan_prompt: TextScan | None = resolved(shield.scan_prompt, TextScan | None)
    scan_prompts: list[TextScan] | None = resolved(
        shield.scan_prompts,
        list[TextScan] | None,
        description="One scan a prompt, in order; 1 to 100 of them.",
    )
    scan_output: TextScan | None = resolved(shield.scan_output, TextScan | None)
    analyze_event: SecurityAnalysis | None = resolved(shield.analyze_event, SecurityAnalysis | None)
    assess_risk: RiskAssessment | None = resolved(shield.assess_risk, RiskAssessment | None)
    mitigation_plan: MitigationPlan | None = resolved(
        shield.mitigation_plan,
        MitigationPlan | None,
        description="For a threat type as `analyzeEvent` names it.",
    )


@strawberry.type(description="What Shield can be told.")
class ShieldMutation:
    """The service takes note."""

    report_pattern: PatternReport | None = resolved(
        shield.report_pattern,
        PatternReport | None,
        description="Report a pattern, and hear whether it is known.",
    )


@strawberry.type(
    description="The services of an LLM platform; a part without a client is null, and an error says so."
)
class Llm:
    """What can be asked."""

    clients: list[LlmClientInfo] = resolved(llm.clients, list[LlmClientInfo])
    shield: Shield | None = resolved(llm.shield, Shield | None)


@strawberry.type(description="The services of an LLM platform, told something.")
class LlmMutation:
    """What can be told."""

    shield: ShieldMutation | None = resolved(llm.shield, ShieldMutation | None)
