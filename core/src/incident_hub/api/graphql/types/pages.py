"""Relay connections."""

from typing import Any

import strawberry

from incident_hub.api.graphql.fields import resolved
from incident_hub.api.graphql.paging import PageOf
from incident_hub.api.graphql.types.incident import Incident, IncidentGroup
from incident_hub.api.graphql.types.leaves import Alert, TimelineEvent

__all__ = [
    "AlertConnection",
    "GroupConnection",
    "IncidentConnection",
    "PageInfo",
    "TimelineConnection",
    "counted",
]


@strawberry.type(description="Where a page stands.")
class PageInfo:
    """As Relay says."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


async def _total(root: strawberry.Parent[PageOf[object]]) -> int:
    return 0 if root.total is None else int(await root.total())


def counted() -> Any:  # noqa: ANN401 - stands for a field
    """The field `totalCount` of a connection."""
    return resolved(_total, int, description="Counted only when asked for.")


@strawberry.type(description="An incident and its cursor.")
class IncidentEdge:
    """One edge."""

    cursor: str
    node: Incident


@strawberry.type(description="A page of incidents.")
class IncidentConnection:
    """Shows a `PageOf[IncidentRow]`."""

    edges: list[IncidentEdge]
    nodes: list[Incident]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="An alert and its cursor.")
class AlertEdge:
    """One edge."""

    cursor: str
    node: Alert


@strawberry.type(description="A page of alerts, newest first.")
class AlertConnection:
    """Shows a `PageOf[AlertRow]`."""

    edges: list[AlertEdge]
    nodes: list[Alert]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="An event and its cursor.")
class TimelineEdge:
    """One edge."""

    cursor: str
    node: TimelineEvent


@strawberry.type(
    description="A page of an incident's events, oldest first. Its cursors resume subscriptions too."
)
class TimelineConnection:
    """Shows a `PageOf[TimelineRow]`."""

    edges: list[TimelineEdge]
    nodes: list[TimelineEvent]
    page_info: PageInfo


@strawberry.type(description="A group and its cursor.")
class GroupEdge:
    """One edge."""

    cursor: str
    node: IncidentGroup


@strawberry.type(description="A page of groups, newest first.")
class GroupConnection:
    """Shows a `PageOf[GroupRow]`."""

    edges: list[GroupEdge]
    nodes: list[IncidentGroup]
    page_info: PageInfo
