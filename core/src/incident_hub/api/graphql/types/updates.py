"""What subscriptions send. Every payload has the cursor to resume at."""

from datetime import datetime
from typing import Any

import orjson
import strawberry

from incident_hub.api.graphql.fields import derived
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.enums import EventType, IncidentState, Severity
from incident_hub.api.graphql.types.incident import Incident
from incident_hub.api.graphql.types.leaves import Alert, TimelineEvent
from incident_hub.api.graphql.types.sla import SlaKind

__all__ = ["AlertUpdate", "EscalationUpdate", "IncidentUpdate", "SlaUpdate", "StateChange", "TimelineUpdate"]


@strawberry.type(description="An incident was opened or changed; it is shown as it stands now.")
class IncidentUpdate:
    """Shows an `updates.Update`."""

    cursor: str
    type: EventType
    actor: str
    at: Moment
    incident: Incident


@strawberry.type(description="An incident went from one state to another.")
class StateChange:
    """Shows an `updates.Update`."""

    cursor: str
    incident_id: strawberry.ID
    old_state: IncidentState
    new_state: IncidentState
    changed_by: str
    at: Moment
    incident: Incident | None


@strawberry.type(description="Alerts came in; a burst of one incident is one message with a count.")
class AlertUpdate:
    """Shows an `updates.Update`."""

    cursor: str
    occurrences: int = strawberry.field(name="count")
    at: Moment
    incident: Incident
    alert: Alert | None = strawberry.field(description="The newest alert of the incident.")


@strawberry.type(description="Something happened to an incident.")
class TimelineUpdate:
    """Shows an `updates.Update`."""

    cursor: str
    event: TimelineEvent


def _said(name: str, description: str) -> Any:  # noqa: ANN401 - stands for a field
    return derived(lambda update: orjson.loads(update.event.data).get(name), description=description)


@strawberry.type(description="An escalation began, a level fired, or the policy had nothing more to offer.")
class EscalationUpdate:
    """Shows an `updates.Update`."""

    cursor: str
    type: EventType
    actor: str
    at: Moment
    incident: Incident
    escalation_id: strawberry.ID = _said("escalation", "The run, whose course `incident.escalation` shows.")
    policy_id: strawberry.ID = _said("policy", "The policy.")
    level: int | None = _said("level", "The number of the level that fired, from 1.")
    paged: list[str] | None = _said("paged", "Who was told, as user:ann or webhook:host.")
    missing: list[str] | None = _said("missing", "Who could not be, and why.")


@strawberry.type(description="A deadline of an incident passed, or soon will.")
class SlaUpdate:
    """Shows an `updates.Update`."""

    cursor: str
    type: EventType
    at: Moment
    incident: Incident
    clock: SlaKind = _said("clock", "Which of the two deadlines.")
    severity: Severity = _said("severity", "What the deadline was for.")
    deadline: Moment = derived(
        lambda update: datetime.fromisoformat(orjson.loads(update.event.data)["deadline"]),
        description="When it passes, or passed.",
    )
