"""Relay connections of users, teams, services and schedules."""

import strawberry

from incident_hub.api.graphql.types.pages import PageInfo, counted
from incident_hub.api.graphql.types.people import Service, Team, User
from incident_hub.api.graphql.types.schedules import Schedule

__all__ = ["ScheduleConnection", "ServiceConnection", "TeamConnection", "UserConnection"]


@strawberry.type(description="A user and its cursor.")
class UserEdge:
    """One edge."""

    cursor: str
    node: User


@strawberry.type(description="A page of users, by id.")
class UserConnection:
    """Shows a `PageOf[Kept]`."""

    edges: list[UserEdge]
    nodes: list[User]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="A team and its cursor.")
class TeamEdge:
    """One edge."""

    cursor: str
    node: Team


@strawberry.type(description="A page of teams, by id.")
class TeamConnection:
    """Shows a `PageOf[Kept]`."""

    edges: list[TeamEdge]
    nodes: list[Team]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="A service and its cursor.")
class ServiceEdge:
    """One edge."""

    cursor: str
    node: Service


@strawberry.type(description="A page of services, by id.")
class ServiceConnection:
    """Shows a `PageOf[Kept]`."""

    edges: list[ServiceEdge]
    nodes: list[Service]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.type(description="A schedule and its cursor.")
class ScheduleEdge:
    """One edge."""

    cursor: str
    node: Schedule


@strawberry.type(description="A page of schedules, by id.")
class ScheduleConnection:
    """Shows a `PageOf[Kept]`."""

    edges: list[ScheduleEdge]
    nodes: list[Schedule]
    page_info: PageInfo
    total_count: int = counted()
