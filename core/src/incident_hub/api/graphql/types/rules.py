"""Routes, maintenance windows and inhibitions: shown, written, tried."""

from enum import StrEnum
from typing import Annotated

import strawberry

from incident_hub.api.graphql.fields import derived, stored
from incident_hub.api.graphql.scalars import Json, Moment
from incident_hub.api.graphql.types.enums import Severity
from incident_hub.api.graphql.types.pages import PageInfo, counted
from incident_hub.api.graphql.types.payloads import (
    IdempotencyConflict,
    NotFound,
    ValidationError,
    VersionConflict,
)

__all__ = [
    "DeleteRuleInput", "RouteTest", "Rule", "RuleConnection", "RuleDeleted",
    "RuleDeletion", "RuleKind", "RulePayload", "RuleResult", "SaveInhibitionInput", "SaveMaintenanceWindowInput",
    "SaveRouteInput",
]  # fmt: skip


@strawberry.enum(description="What a rule is.")
class RuleKind(StrEnum):
    """As `domain.rules.RuleKind`."""

    ROUTE = "route"
    MAINTENANCE_WINDOW = "maintenance_window"
    INHIBITION = "inhibition"


@strawberry.type(description="A routing rule, a maintenance window or an inhibition.")
class Rule:
    """Shows a `RuleRow`."""

    kind: RuleKind = derived(lambda row: RuleKind(row.kind))
    id: strawberry.ID
    enabled: bool = derived(lambda row: bool(row.enabled))
    version: int
    document: Json = stored("document", description="As a file would have it.")
    created_at: Moment
    updated_at: Moment
    updated_by: str


@strawberry.type(description="A rule and its cursor.")
class RuleEdge:
    """One edge."""

    cursor: str
    node: Rule


@strawberry.type(description="A page of rules of one kind, by id.")
class RuleConnection:
    """Shows a `PageOf[RuleRow]`."""

    edges: list[RuleEdge]
    nodes: list[Rule]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.input(description="A condition on a label; source and title are like labels.")
class RuleMatcherInput:
    """Becomes a `MatcherSetting`."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True


@strawberry.input
class _SaveRuleInput:
    """What all have."""

    id: strawberry.ID
    name: str = ""
    description: str = ""
    enabled: bool = True
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse if it is at another version; 0 expects none of this id."
    )
    idempotency_key: str | None = None


@strawberry.input(description="A whole routing rule: new, or in the place of the old one of its id.")
class SaveRouteInput(_SaveRuleInput):
    """Becomes a `Route`."""

    condition: str = strawberry.field(
        default="true", description="CEL over incident, findings, group, service, now."
    )
    priority: int = strawberry.field(default=0, description="The highest is asked first.")
    assign: list[str] = strawberry.field(default_factory=list)
    severity: str = strawberry.field(default="", description="P0 to P4; empty leaves it.")
    tags: list[str] = strawberry.field(default_factory=list)
    receivers: list[str] = strawberry.field(
        default_factory=list, description="As user:ann, team:ops, schedule:primary, target:chat.0."
    )
    channels: list[str] = strawberry.field(
        default_factory=list, description="Empty: as each receiver prefers."
    )
    escalation_policy: str = ""
    suppress: bool = False
    then: str = strawberry.field(default="stop", description="stop or continue with the rules behind it.")


@strawberry.input(description="A whole maintenance window.")
class SaveMaintenanceWindowInput(_SaveRuleInput):
    """Becomes a `MaintenanceWindow`."""

    matchers: list[RuleMatcherInput]
    starts_at: str = strawberry.field(description="What the wall clock shows, as 2026-03-29T01:30.")
    minutes: int
    time_zone: str = "UTC"
    repeat: str = strawberry.field(default="", description="An RRULE, as FREQ=WEEKLY;BYDAY=SU; empty: once.")


@strawberry.input(description="A whole inhibition.")
class SaveInhibitionInput(_SaveRuleInput):
    """Becomes an `Inhibition`."""

    source: list[RuleMatcherInput] = strawberry.field(default_factory=list)
    target: list[RuleMatcherInput] = strawberry.field(default_factory=list)
    equal: list[str] = strawberry.field(default_factory=list)
    within_group: bool = False


@strawberry.input(description="Delete a rule. What it alone had muted is heard again.")
class DeleteRuleInput:
    """Names it by kind and id."""

    kind: RuleKind
    id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.type(description="The rule as it is stored now.")
class RulePayload:
    """Success."""

    rule: Rule


@strawberry.type(description="The rule is gone.")
class RuleDeleted:
    """Success."""

    id: strawberry.ID


RuleResult = Annotated[
    RulePayload | ValidationError | VersionConflict | IdempotencyConflict | NotFound,
    strawberry.union("RuleResult", description="The rule, or why it was not written."),
]
RuleDeletion = Annotated[
    RuleDeleted | ValidationError | VersionConflict | IdempotencyConflict | NotFound,
    strawberry.union("RuleDeletion", description="The id, or why it was not deleted."),
]


@strawberry.type(description="A rule that was tried.")
class TriedRule:
    """Shows a `TrialRule`."""

    id: strawberry.ID
    name: str
    priority: int
    matched: bool
    failed: list[str] = strawberry.field(description="The parts of its condition that did not hold.")
    actions: list[str]


@strawberry.type(description="A receiver that would be told, and who that is now.")
class TriedPage:
    """Shows a `TrialPage`."""

    receiver: str
    rule: str = strawberry.field(description="The rule that wants it, or catch_all.")
    reaches: list[str]
    missing: list[str]


@strawberry.type(description="Where an incident would go, and why.")
class RouteTest:
    """Shows a `Trial`."""

    severity: Severity
    rules: list[TriedRule]
    pages: list[TriedPage]
    targets: list[str]
    policy: str | None = derived(lambda one: one.policy or None)
    assign: list[str]
    tags: list[str]
    held_by: list[str] = strawberry.field(
        description="Silences, windows, inhibitions and rules that would keep it from people."
    )
    nobody: bool = strawberry.field(description="Whether only the catch-all would hear, or nobody at all.")
