"""What mutations of escalation are asked with, and what they answer."""

from typing import Annotated

import strawberry

from incident_hub.api.graphql.types.escalation import Escalation, EscalationPolicy
from incident_hub.api.graphql.types.payloads import (
    IdempotencyConflict,
    InvalidTransition,
    NotFound,
    ValidationError,
    VersionConflict,
)

__all__ = [
    "DeleteEscalationPolicyInput", "EscalationInput", "EscalationPayload", "EscalationPolicyDeleted",
    "EscalationPolicyDeletion", "EscalationPolicyPayload", "EscalationPolicyResult", "EscalationResult",
    "PauseEscalationInput", "SaveEscalationPolicyInput", "StartEscalationInput", "StopEscalationInput",
]  # fmt: skip


@strawberry.input(description="Give a receiver or a webhook.")
class EscalationTargetInput:
    """Becomes an `EscalationTarget`."""

    receiver: str = ""
    webhook: str = strawberry.field(default="", description="An http(s) URL; only its host is shown again.")
    fallback: list[str] = strawberry.field(default_factory=list)
    channels: list[str] = strawberry.field(default_factory=list)


@strawberry.input(description="One level, with at least one target.")
class EscalationLevelInput:
    """Becomes an `EscalationLevel`."""

    targets: list[EscalationTargetInput]
    name: str = ""
    delay_seconds: float = 0
    channels: list[str] = strawberry.field(default_factory=list)
    condition: str = ""


@strawberry.input(description="A whole policy: new, or in the place of the old one of its id.")
class SaveEscalationPolicyInput:
    """Becomes an `EscalationPolicy`."""

    id: strawberry.ID
    levels: list[EscalationLevelInput]
    name: str = ""
    description: str = ""
    enabled: bool = True
    condition: str = ""
    repeat: int = 0
    wait_seconds: float = 300
    repage_seconds: float | None = None
    next_policy: str = ""
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse if it is at another version; 0 expects none of this id."
    )
    idempotency_key: str | None = None


@strawberry.input(description="Delete a policy. Runs that are under way go on with their copy of it.")
class DeleteEscalationPolicyInput:
    """Refused while another policy goes on with it."""

    id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input(description="The escalation of an incident.")
class EscalationInput:
    """The incident is named, for it has one escalation under way at most."""

    incident_id: strawberry.ID
    reason: str = ""
    idempotency_key: str | None = None


@strawberry.input(
    description="Take an incident through a policy from its beginning; its other run is stopped."
)
class StartEscalationInput(EscalationInput):
    """The policy's own condition is not asked."""

    policy_id: strawberry.ID


@strawberry.input(description="Page nobody for so long; then it goes on by itself.")
class PauseEscalationInput(EscalationInput):
    """Nothing is paused for ever."""

    seconds: float = 3600


@strawberry.input(description="End it though the incident is open; the reason stays on the timeline.")
class StopEscalationInput:
    """Needs a reason."""

    incident_id: strawberry.ID
    reason: str
    idempotency_key: str | None = None


@strawberry.type(description="The policy as it is stored now.")
class EscalationPolicyPayload:
    """Success."""

    policy: EscalationPolicy


@strawberry.type(description="The policy is gone.")
class EscalationPolicyDeleted:
    """Success."""

    id: strawberry.ID


@strawberry.type(description="The incident's escalation as it stands after the change.")
class EscalationPayload:
    """Success."""

    escalation: Escalation


EscalationPolicyResult = Annotated[
    EscalationPolicyPayload | ValidationError | VersionConflict | IdempotencyConflict | NotFound,
    strawberry.union("EscalationPolicyResult", description="The policy, or why it was not written."),
]
EscalationPolicyDeletion = Annotated[
    EscalationPolicyDeleted | ValidationError | VersionConflict | IdempotencyConflict | NotFound,
    strawberry.union("EscalationPolicyDeletion", description="The id, or why it was not deleted."),
]
EscalationResult = Annotated[
    EscalationPayload | InvalidTransition | NotFound | ValidationError | IdempotencyConflict,
    strawberry.union("EscalationResult", description="The escalation, or why it was not changed."),
]
