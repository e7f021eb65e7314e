"""What a simulation found."""

import strawberry

from incident_hub.api.graphql.fields import derived
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.enums import IncidentType, Severity

__all__ = ["Simulation"]


@strawberry.type(description="One figure: as stored, and as it would have been.")
class SimulatedCount:
    """Shows `Counts`."""

    name: str
    before: int
    after: int


@strawberry.type(description="Notifications of one event to one target, named by channel and place.")
class SimulatedPages:
    """Shows a `Page`."""

    target: str
    event: str
    before: int
    after: int


@strawberry.type(description="An incident as one side of a regrouping.")
class SimulatedPart:
    """Shows a `Part`."""

    incident_id: strawberry.ID | None = derived(
        lambda part: part.incident_id or None, description="Null for one that only the simulation made."
    )
    title: str
    severity: Severity
    alerts: int
    alert_ids: list[strawberry.ID] = strawberry.field(description="The first of its alerts.")


@strawberry.type(description="One incident that would be several, or several that would be one.")
class SimulatedRegrouping:
    """Shows a `Regrouping`."""

    one: SimulatedPart
    parts: list[SimulatedPart]


@strawberry.type(description="An incident that would have another severity or type.")
class SimulatedChange:
    """Shows a `Change`."""

    incident_id: strawberry.ID
    title: str
    severity_before: Severity
    severity_after: Severity
    type_before: IncidentType
    type_after: IncidentType


@strawberry.type(description="An incident that would be grouped with others.")
class SimulatedGroupChange:
    """Shows a `GroupChange`."""

    incident_id: strawberry.ID
    title: str
    without: list[strawberry.ID] = strawberry.field(description="Whom it would not be grouped with any more.")
    joined: list[strawberry.ID] = strawberry.field(description="Whom it would newly be grouped with.")


@strawberry.type(description="A plugin that did not serve in the simulation, or left errors.")
class SimulatedPlugin:
    """Shows a `SilentPlugin`."""

    name: str
    status: str
    reason: str
    errors: int = strawberry.field(description="Findings that are errors: what calls outside is refused.")


@strawberry.type(
    description="Stored alerts, replayed through a changed configuration: `before` is what is stored, `after` what "
    "would have been. Lists tell the first hundred."
)
class Simulation:
    """Shows a `Report`."""

    since: Moment
    until: Moment
    differs: bool
    alerts: int
    unreadable: int = strawberry.field(description="Alerts that were left out.")
    incidents: SimulatedCount
    groups: SimulatedCount
    grouped: SimulatedCount
    carried: int = strawberry.field(
        description="Incidents that began before: their severity, type and groups are not compared."
    )
    new: int = strawberry.field(description="Incidents that only the simulation made.")
    gone: int = strawberry.field(description="Incidents that would not be there.")
    split: int
    joined: int
    changed: int
    regrouped: int
    severities: list[SimulatedCount]
    types: list[SimulatedCount]
    pages: list[SimulatedPages]
    splits: list[SimulatedRegrouping]
    joins: list[SimulatedRegrouping]
    changes: list[SimulatedChange]
    group_changes: list[SimulatedGroupChange]
    plugins: list[SimulatedPlugin]
