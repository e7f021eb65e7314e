"""Subscriptions: the timeline from a cursor on, narrowed to what was asked for."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import orjson
from sqlalchemy import Connection

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import event_cursor
from incident_hub.domain.events import EventType
from incident_hub.storage.reading.filters import IncidentFilter
from incident_hub.storage.reading.incidents import matching_incident
from incident_hub.storage.reading.lists import newest_alert
from incident_hub.storage.reading.rows import AlertRow, IncidentRow, TimelineRow

if TYPE_CHECKING:
    from incident_hub.events.feed import EventRow

__all__ = ["Narrow", "Update", "follow", "with_incident"]


@dataclass(frozen=True, slots=True)
class Update:
    """An event with the incident it is about; each subscription shows a part of it."""

    event: TimelineRow
    incident: IncidentRow | None = None
    alert: AlertRow | None = None

    @property
    def cursor(self) -> str:
        """Where to resume."""
        return str(self.event.cursor)

    @property
    def type(self) -> str:
        """What happened."""
        return self.event.type

    @property
    def actor(self) -> str:
        """Who did it."""
        return self.event.actor

    changed_by = actor

    @property
    def at(self) -> int:
        """When."""
        return self.event.at

    @property
    def occurrences(self) -> int:
        """How often, in a burst."""
        return self.event.occurrences

    @property
    def incident_id(self) -> str | None:
        """To whom."""
        return self.event.incident_id

    @property
    def old_state(self) -> str:
        """The state before."""
        return str(orjson.loads(self.event.data)["before"])

    @property
    def new_state(self) -> str:
        """The state after."""
        return str(orjson.loads(self.event.data)["after"])


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which events are meant; None lets all through."""

    types: frozenset[str] | None = None
    ids: frozenset[str] | None = None

    def takes(self, event: "EventRow") -> bool:
        """Whether the event is one of them."""
        if event.incident_id is None or (self.ids is not None and event.incident_id not in self.ids):
            return False
        return self.types is None or str(event.type) in self.types


async def follow(info: Info, narrow: Narrow, after: str | None) -> AsyncGenerator[TimelineRow, None]:
    """The events behind the cursor, or from now on, none left out."""
    feed = info.context.services.feed
    source = cast("AsyncGenerator[EventRow, None]", feed.subscribe(after=event_cursor(after)))
    async with aclosing(source):
        async for event in source:
            if narrow.takes(event):
                info.context.refresh()
                yield _row(event)


async def with_incident(
    info: Info, events: AsyncIterator[TimelineRow], chosen: IncidentFilter, *, alert: bool = False
) -> AsyncGenerator[Update, None]:
    """Each event with its incident as it stands now, if the filter lets that through."""
    async for event in events:
        update = await info.context.services.database.read(_reading(event, chosen, alert=alert))
        if update is not None:
            yield update


def _reading(
    event: TimelineRow, chosen: IncidentFilter, *, alert: bool
) -> Callable[[Connection], Update | None]:
    def read(connection: Connection) -> Update | None:
        incident_id = str(event.incident_id)
        found = matching_incident(connection, incident_id, chosen)
        if found is None:
            return None
        return Update(event, found, newest_alert(connection, incident_id) if alert else None)

    return read


def _row(event: "EventRow") -> TimelineRow:
    data: Any = event.data
    text = orjson.dumps(dict(data)).decode() if isinstance(data, Mapping) else data
    kind = event.type.value if isinstance(event.type, EventType) else event.type
    return TimelineRow(event.cursor, event.incident_id, kind, event.at, event.actor, event.count, text)
