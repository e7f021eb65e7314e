"""Where an incident went, and why."""

import strawberry

from incident_hub.api.graphql.scalars import Moment

__all__ = ["Routing", "RoutingRule"]


@strawberry.type(description="A rule that was asked about an incident.")
class RoutingRule:
    """One of `Routing.rules`."""

    id: strawberry.ID
    name: str
    matched: bool
    failed: str | None = strawberry.field(description="The first part of its condition that did not hold.")


@strawberry.type(description="Where an incident went when it was last routed, and why.")
class Routing:
    """Shows a `Routed` event."""

    at: Moment
    event: str = strawberry.field(description="created or reopened.")
    rules: list[RoutingRule]
    receivers: list[str]
    targets: list[str]
    policy: str | None
    held_by: str | None = strawberry.field(description="What kept it from people.")
    nobody: str | None = strawberry.field(description="Why nobody was told.")
    catch_all: list[str] = strawberry.field(description="Who heard in place of nobody.")
