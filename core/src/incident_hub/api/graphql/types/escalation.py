"""Escalation policies, and the runs that take incidents through them."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import strawberry

from incident_hub.api.graphql.fields import derived, resolved, stored
from incident_hub.api.graphql.resolvers import escalation as resolvers
from incident_hub.api.graphql.scalars import Json, Moment
from incident_hub.response.escalation.document import policy_of

if TYPE_CHECKING:
    from incident_hub.api.graphql.types.incident import Incident

__all__ = ["Escalation", "EscalationPolicy", "EscalationState"]

_Incident = Annotated["Incident", strawberry.lazy("incident_hub.api.graphql.types.incident")]


@strawberry.enum(description="Where an escalation stands; the first three are under way.")
class EscalationState(StrEnum):
    """As `domain.escalation.RunState`."""

    ACTIVE = "active"
    PAUSED = "paused"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


@strawberry.type(description="One that a level tells: a receiver, or a webhook.")
class EscalationTarget:
    """Shows a `domain.escalation.EscalationTarget`."""

    receiver: str | None = derived(
        lambda one: one.receiver or None,
        description="As user:ann, team:ops, schedule:primary or target:chat.0.",
    )
    webhook_host: str | None = derived(
        lambda one: urlsplit(one.webhook).hostname if one.webhook else None,
        description="The rest of its URL may be secret.",
    )
    fallback: list[str] = strawberry.field(description="Tried in turn when nobody is behind it.")
    channels: list[str] = strawberry.field(description="Empty: those of the level.")


@strawberry.type(description="One level of a policy.")
class EscalationLevel:
    """Shows a `domain.escalation.EscalationLevel`."""

    name: str
    delay_seconds: float = strawberry.field(
        description="After the level before; of the first, after the start."
    )
    channels: list[str] = strawberry.field(description="Empty: those that each receiver prefers.")
    condition: str = strawberry.field(
        description="CEL; when it does not hold, the level passes without a page."
    )
    targets: list[EscalationTarget]


def _policy(name: str, description: str | None = None) -> Any:  # noqa: ANN401 - stands for a field
    return derived(lambda row: getattr(policy_of(row.document), name), description=description)


@strawberry.type(description="Who is told, level by level, until somebody takes the incident on.")
class EscalationPolicy:
    """Shows a `PolicyRow`."""

    id: strawberry.ID
    name: str = _policy("name")
    description: str = _policy("description")
    enabled: bool = derived(lambda row: bool(row.enabled))
    condition: str = _policy("condition", "CEL; for which incidents it starts. Empty: for all.")
    levels: list[EscalationLevel] = _policy("levels")
    repeat: int = _policy("repeat", "How often it begins again.")
    wait_seconds: float = _policy("wait_seconds", "How long after the last level it begins again or ends.")
    repage_seconds: float | None = _policy(
        "repage_seconds", "How long after an acknowledgement it pages again, unless the incident is resolved."
    )
    next_policy: str | None = derived(
        lambda row: policy_of(row.document).next_policy or None,
        description="The policy that it goes on with.",
    )
    version: int
    created_at: Moment
    updated_at: Moment
    updated_by: str
    problems: list[str] = resolved(
        resolvers.problems,
        list[str],
        description="Who could not be told if it fired now, and what else is amiss.",
    )


@strawberry.type(description="One way of an incident through a policy, as the policy was when it began.")
class Escalation:
    """Shows a `RunRow`."""

    id: strawberry.ID
    incident_id: strawberry.ID
    incident: _Incident | None = resolved(resolvers.run_incident, _Incident | None)
    policy_id: strawberry.ID
    policy_name: str = _policy("name")
    levels: list[EscalationLevel] = _policy("levels")
    state: EscalationState
    next_level: int | None = derived(
        resolvers.next_level,
        description="The number, from 1, of the level that fires next; null at the end of a round.",
    )
    round: int = derived(lambda row: row.round + 1, description="From 1.")
    next_at: Moment | None = strawberry.field(description="When something happens next; null: nothing will.")
    started_at: Moment
    started_by: str
    because: Json = stored("because")
    fired_at: Moment | None = strawberry.field(description="When a level fired last.")
    stopped_at: Moment | None
    stopped_by: str | None
