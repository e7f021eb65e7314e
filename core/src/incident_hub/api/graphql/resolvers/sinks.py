"""Plugins that hear of every event."""

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.host.status import PluginRecord
from incident_hub.storage.reading.sinks import SinkRow

__all__ = ["event_sink"]


async def event_sink(root: strawberry.Parent[PluginRecord], info: Info) -> SinkRow | None:
    """Its place in the timeline, when it hears of events."""
    return await info.context.loaders.sink(root.name)
