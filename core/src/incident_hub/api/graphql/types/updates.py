"""What subscriptions send. Every payload has the cursor to resume at."""

import strawberry

from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.enums import EventType, IncidentState
from incident_hub.api.graphql.types.incident import Incident
from incident_hub.api.graphql.types.leaves import Alert, TimelineEvent

__all__ = ["AlertUpdate", "IncidentUpdate", "StateChange", "TimelineUpdate"]


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
