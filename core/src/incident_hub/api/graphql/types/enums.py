"""The closed vocabularies, as the schema shows them."""

from enum import StrEnum

import incident_hub_hookspecs as hookspecs
import strawberry

from incident_hub.domain import events

__all__ = [
    "AlertStatus",
    "EventType",
    "IncidentState",
    "IncidentType",
    "Order",
    "RelationType",
    "ResolutionMethod",
    "Severity",
    "SortField",
]

AlertStatus = strawberry.enum(hookspecs.AlertStatus, description="What a source says of its alert.")
EventType = strawberry.enum(events.EventType, description="What can happen to an incident.")
IncidentState = strawberry.enum(hookspecs.IncidentState, description="Where an incident stands.")
IncidentType = strawberry.enum(hookspecs.IncidentType, description="What kind of trouble it is.")
RelationType = strawberry.enum(
    hookspecs.RelationType, description="How one incident stands to another, read from the first."
)
ResolutionMethod = strawberry.enum(hookspecs.ResolutionMethod, description="Who ended it.")
Severity = strawberry.enum(hookspecs.Severity, description="P0 needs somebody now, P4 is information.")


@strawberry.enum(description="What incidents are sorted by; the id breaks ties.")
class SortField(StrEnum):
    """Sort fields: each has an index."""

    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    SEVERITY = "SEVERITY"
    STATE = "STATE"


@strawberry.enum(description="ASC sorts P0 before P4, old before new.")
class Order(StrEnum):
    """Sort directions."""

    ASC = "ASC"
    DESC = "DESC"
