"""Deliveries: what went to whom, by which way, and how far it has come."""

from enum import StrEnum
from typing import Annotated

import strawberry

from incident_hub.api.graphql.fields import derived, resolved
from incident_hub.api.graphql.paging import PageOf
from incident_hub.api.graphql.resolvers import delivery_parts
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.incident import Incident
from incident_hub.api.graphql.types.pages import PageInfo
from incident_hub.api.graphql.types.payloads import NotFound, ValidationError

__all__ = [
    "AllowTargetPayload",
    "AllowTargetResult",
    "Delivery",
    "DeliveryConnection",
    "DeliveryFilterInput",
    "DeliveryState",
    "NotificationUpdate",
    "RefusedTarget",
    "ReplayPayload",
    "ReplayResult",
]


@strawberry.enum(
    description="Where a delivery stands: HELD waits to go out with others, FAILED is tried again, DEAD is not, "
    "SUPPRESSED was not needed any more."
)
class DeliveryState(StrEnum):
    """As in `storage.notifications`."""

    QUEUED = "queued"
    HELD = "held"
    FAILED = "failed"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


@strawberry.type(description="One notification to one place: a person's address, or a configured target.")
class Delivery:
    """Shows a `DeliveryRow`."""

    id: strawberry.ID
    key: str = strawberry.field(description="What the other side can tell repeats by.")
    incident_id: strawberry.ID
    incident: Incident | None = resolved(delivery_parts.incident, Incident | None)
    event: str
    receiver: str = strawberry.field(description="Who was meant, as `team:platform`.")
    person: str | None = derived(lambda row: row.person or None)
    channel: str = strawberry.field(description="The notifier plugin.")
    target: str = derived("place", description="A target's name, or the channel and a digest of the address.")
    address: str = strawberry.field(description="As much of a person's address as may be shown.")
    state: DeliveryState
    attempts: int
    provider_id: str = strawberry.field(
        description="The receiver's own name for it; empty when it gave none."
    )
    detail: str
    error: str = strawberry.field(description="Why the last try failed; empty when it did not.")
    together_with: str | None = derived("digest", description="The key of the message it shares with others.")
    created_at: Moment
    updated_at: Moment
    next_try_at: Moment | None = derived("next_at")
    sent_at: Moment | None


@strawberry.type(description="A delivery and its cursor.")
class DeliveryEdge:
    """One edge."""

    cursor: str
    node: Delivery


async def _total(root: strawberry.Parent[PageOf[object]]) -> int:
    return 0 if root.total is None else int(await root.total())


@strawberry.type(description="A page of deliveries, newest first.")
class DeliveryConnection:
    """Shows a `PageOf[DeliveryRow]`."""

    edges: list[DeliveryEdge]
    nodes: list[Delivery]
    page_info: PageInfo
    total_count: int = resolved(_total, int, description="Counted only when asked for.")


@strawberry.input(name="DeliveryFilter", description="Every condition that is set must hold.")
class DeliveryFilterInput:
    """An empty list sets no condition."""

    states: list[DeliveryState] | None = None
    channels: list[str] | None = None
    events: list[str] | None = None
    receiver: str | None = None
    person: str | None = None
    target: str | None = None
    incident_id: strawberry.ID | None = None


@strawberry.type(description="A place that is sent nothing any more, as it said that it is gone.")
class RefusedTarget:
    """A row of what `notify_pace` refuses."""

    target: str
    reason: str
    since: Moment


@strawberry.type(description="A notification arrived, was not needed any more, or was given up.")
class NotificationUpdate:
    """Shows an `Update` of the timeline."""

    cursor: str
    at: Moment
    event: str = derived(lambda update: delivery_parts.said(update, "event"))
    target: str = derived(lambda update: delivery_parts.said(update, "target"))
    receiver: str = derived(lambda update: delivery_parts.said(update, "receiver"))
    person: str | None = derived(lambda update: delivery_parts.said(update, "person") or None)
    provider_id: str = derived(lambda update: delivery_parts.said(update, "receipt"))
    skipped: str | None = derived(lambda update: delivery_parts.said(update, "skipped") or None)
    error: str | None = derived(lambda update: delivery_parts.said(update, "error") or None)
    incident_id: strawberry.ID
    incident: Incident | None


@strawberry.type(description="The deliveries that are tried again; those that were not dead are left out.")
class ReplayPayload:
    """Success."""

    deliveries: list[Delivery]


@strawberry.type(description="The place is sent to again.")
class AllowTargetPayload:
    """Success."""

    target: str


ReplayResult = Annotated[
    ReplayPayload | ValidationError,
    strawberry.union("ReplayResult", description="What is tried again, or why nothing is."),
]
AllowTargetResult = Annotated[
    AllowTargetPayload | NotFound,
    strawberry.union("AllowTargetResult", description="The place, or that it was not given up."),
]
