"""What mutations are asked with. A retry with the same idempotency key does nothing twice."""

from datetime import datetime

import strawberry

from incident_hub.api.graphql.scalars import Json
from incident_hub.api.graphql.types.enums import (
    AlertStatus,
    IncidentState,
    IncidentType,
    RelationType,
    ResolutionMethod,
    Severity,
)
from incident_hub.api.graphql.types.inputs import LabelInput, LlmIdentityInput

__all__ = [
    "AcknowledgeIncidentInput",
    "AddCommentInput",
    "AlertInput",
    "AssignIncidentInput",
    "CloseIncidentInput",
    "CreateIncidentInput",
    "EscalateIncidentInput",
    "LinkIncidentsInput",
    "MergeIncidentsInput",
    "ReopenIncidentInput",
    "ResolveIncidentInput",
    "RunActionInput",
    "UnmergeIncidentInput",
    "UpdateIncidentInput",
]


@strawberry.input(description="One alert, as any source would send it.")
class AlertInput:
    """Becomes an alert of the contract."""

    source: str
    title: str
    status: AlertStatus = AlertStatus.FIRING
    severity: Severity | None = None
    type: IncidentType = IncidentType.UNKNOWN
    description: str = ""
    external_id: str = ""
    dedup_key: str = ""
    stateful: bool = False
    resources: list[str] | None = None
    labels: list[LabelInput] | None = None
    annotations: list[LabelInput] | None = None
    llm: LlmIdentityInput | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    runbook_url: str = ""
    generator_url: str = ""


@strawberry.input(description="An incident that a person opens; without a severity, triage judges.")
class CreateIncidentInput:
    """Becomes an `IncidentDraft`."""

    title: str
    source: str = "manual"
    description: str = ""
    severity: Severity | None = None
    type: IncidentType = IncidentType.UNKNOWN
    resources: list[str] | None = None
    labels: list[LabelInput] | None = None
    llm: LlmIdentityInput | None = None
    idempotency_key: str | None = None


@strawberry.input
class _Change:
    id: strawberry.ID
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse the change if the incident is at another version."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="A second request with this key gets the first one's answer."
    )


@strawberry.input(description="An edit; what is left out stays as it is.")
class UpdateIncidentInput(_Change):
    """Becomes `IncidentChanges`."""

    title: str | None = None
    description: str | None = None
    type: IncidentType | None = None
    state: IncidentState | None = None
    reason: str = ""
    add_labels: list[LabelInput] | None = None
    remove_labels: list[str] | None = None


@strawberry.input(description="Take an incident on.")
class AcknowledgeIncidentInput(_Change):
    """Who acknowledges is who asks."""

    note: str = ""


@strawberry.input(description="Say who works on it, in place of who did.")
class AssignIncidentInput(_Change):
    """An empty list takes everybody off."""

    assignees: list[str]


@strawberry.input(description="Add a remark to the timeline.")
class AddCommentInput(_Change):
    """Text for people."""

    text: str


@strawberry.input(description="Say that the trouble is over.")
class ResolveIncidentInput(_Change):
    """How, and why it was."""

    method: ResolutionMethod = ResolutionMethod.MANUAL
    notes: str = ""
    root_cause: str = ""
    false_alarm: bool = strawberry.field(
        default=False, description="It never was trouble; classifiers that learn hear of it."
    )


@strawberry.input(description="Say what would have been right; the incident stays as it is.")
class GiveFeedbackInput(_Change):
    """Becomes a `Lesson`; at least one field must say something."""

    severity: Severity | None = None
    type: IncidentType | None = None
    false_alarm: bool = False


@strawberry.input(description="Take an incident out of its group; triage never puts it back there.")
class SeparateIncidentInput(_Change):
    """Why, for the timeline."""

    reason: str = ""


@strawberry.input(description="Fold one group into another.")
class MergeGroupsInput:
    """The source ends as an empty group."""

    source_id: strawberry.ID
    target_id: strawberry.ID
    reason: str = ""
    idempotency_key: str | None = None


@strawberry.input(description="Say that nothing is left to do about it.")
class CloseIncidentInput(_Change):
    """Ends a resolved incident."""

    reason: str = ""


@strawberry.input(description="Bring an ended incident back; needs a reason.")
class ReopenIncidentInput(_Change):
    """The reason stays on the timeline."""

    reason: str


@strawberry.input(description="Change how urgent it is.")
class EscalateIncidentInput(_Change):
    """The reason stays on the timeline."""

    severity: Severity
    reason: str = ""


@strawberry.input(description="A relation from this incident to another.")
class LinkIncidentsInput(_Change):
    """Read from `id` to `otherId`."""

    other_id: strawberry.ID
    type: RelationType = RelationType.RELATED_TO
    reason: str = ""


@strawberry.input(description="Fold one incident into another; `expectedVersion` is the source's.")
class MergeIncidentsInput:
    """The answer is the target."""

    source_id: strawberry.ID
    target_id: strawberry.ID
    reason: str = ""
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input(description="Bring a merged incident back as it was.")
class UnmergeIncidentInput(_Change):
    """The answer is the incident that came back."""

    reason: str = ""


@strawberry.input(description="Run a playbook action for an incident; what came of it is on the timeline.")
class RunActionInput:
    """A dry run says what would happen."""

    id: strawberry.ID
    action: str
    params: Json | None = None
    dry_run: bool = False
    idempotency_key: str | None = None
