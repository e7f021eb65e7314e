"""The closed vocabularies, as the schema shows them."""

from enum import StrEnum

import strawberry
from incident_hub_hookspecs import (
    AlertStatus,
    FeedbackKind,
    IncidentState,
    IncidentType,
    RelationType,
    ResolutionMethod,
    Severity,
)

from incident_hub.domain.events import EventType

__all__ = [
    "AlertStatus",
    "EventType",
    "FeedbackKind",
    "GroupState",
    "IncidentState",
    "IncidentType",
    "Order",
    "RelationType",
    "ResolutionMethod",
    "Severity",
    "SortField",
    "show_shared_enums",
]


class GroupState(StrEnum):
    """Where a group stands."""

    ACTIVE = "active"
    RESOLVED = "resolved"
    CLOSED = "closed"


_DESCRIPTIONS: dict[type[StrEnum], str] = {
    AlertStatus: "What a source says of its alert.",
    GroupState: "Where a group stands: active while one of its incidents is.",
    EventType: "What can happen to an incident.",
    FeedbackKind: "How a person showed what was right.",
    IncidentState: "Where an incident stands.",
    IncidentType: "What kind of trouble it is.",
    RelationType: "How one incident stands to another, read from the first.",
    ResolutionMethod: "Who ended it.",
    Severity: "P0 needs somebody now, P4 is information.",
}


def show_shared_enums() -> None:
    """Name the contract's vocabularies as the schema does; plugins can use them without naming them."""
    for kind, definition in _SHARED.items():
        kind.__strawberry_definition__ = definition  # type: ignore[attr-defined]


_SHARED: dict[type[StrEnum], object] = {
    kind: strawberry.enum(kind, description=description).__strawberry_definition__  # type: ignore[attr-defined]
    for kind, description in _DESCRIPTIONS.items()
}


@strawberry.enum(description="What incidents are sorted by; the time of creation, then the id break ties.")
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
