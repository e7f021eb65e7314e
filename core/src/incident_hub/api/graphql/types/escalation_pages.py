"""Pages of escalation policies, escalations and SLA clocks."""

import strawberry

from incident_hub.api.graphql.types.escalation import Escalation, EscalationPolicy
from incident_hub.api.graphql.types.pages import PageInfo, counted
from incident_hub.api.graphql.types.sla import SlaClock

__all__ = ["EscalationConnection", "EscalationPolicyConnection", "SlaClockConnection"]


@strawberry.type(description="An escalation policy and its cursor.")
class EscalationPolicyEdge:
    """One edge."""

    cursor: str
    node: EscalationPolicy


@strawberry.type(description="A page of escalation policies, by id.")
class EscalationPolicyConnection:
    """Shows a `PageOf[PolicyRow]`."""

    edges: list[EscalationPolicyEdge]
    nodes: list[EscalationPolicy]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="An escalation and its cursor.")
class EscalationEdge:
    """One edge."""

    cursor: str
    node: Escalation


@strawberry.type(description="A page of escalations, newest first.")
class EscalationConnection:
    """Shows a `PageOf[RunRow]`."""

    edges: list[EscalationEdge]
    nodes: list[Escalation]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="An SLA clock and its cursor.")
class SlaClockEdge:
    """One edge."""

    cursor: str
    node: SlaClock


@strawberry.type(description="A page of SLA clocks, the next deadline first.")
class SlaClockConnection:
    """Shows a `PageOf[ClockRow]`."""

    edges: list[SlaClockEdge]
    nodes: list[SlaClock]
    page_info: PageInfo
    total_count: int = counted()
