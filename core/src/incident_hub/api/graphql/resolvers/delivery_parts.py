"""Fields of deliveries, and an incident's."""

from typing import Any

import orjson
import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import page_size
from incident_hub.storage.reading.rows import DeliveryRow, IncidentRow

__all__ = ["incident", "of_incident", "said"]


async def incident(root: strawberry.Parent[DeliveryRow], info: Info) -> IncidentRow | None:
    """What it is about."""
    return await info.context.loaders.incident(root.incident_id)


async def of_incident(root: strawberry.Parent[IncidentRow], info: Info, first: int = 20) -> list[DeliveryRow]:
    """Who was told of it, oldest first."""
    return (await info.context.loaders.deliveries(root.id))[: page_size(first)]


def said(update: Any, name: str) -> str:  # noqa: ANN401 - an `Update`
    """What the event of a notification says under a name; empty when it says nothing."""
    value = orjson.loads(update.event.data).get(name)
    return "" if value is None else str(value)
