"""Batches: what many objects of one answer need is read in one statement."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from incident_hub.api.graphql import people_reads
from incident_hub.domain.people import Kind
from incident_hub.response.people.reading import Kept
from incident_hub.storage.database import Database
from incident_hub.storage.escalations import RunRow
from incident_hub.storage.reading import parts
from incident_hub.storage.reading.deliveries import deliveries_of
from incident_hub.storage.reading.escalations import latest_runs
from incident_hub.storage.reading.incidents import incidents_by_id
from incident_hub.storage.reading.rows import (
    AlertRow,
    DeliveryRow,
    FeedbackRow,
    FindingRow,
    GroupRow,
    IncidentRow,
    LinkRow,
    RelationRow,
    TimelineRow,
)
from incident_hub.storage.reading.sinks import SinkRow, sinks_by_plugin
from incident_hub.storage.sla import ClockRow, clocks_of

__all__ = ["Loaders"]

T = TypeVar("T")
_Read = Callable[..., dict[str, Any]]


class Loaders:
    """One loader for each kind of part and each set of arguments, made when first asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaders: dict[tuple[Any, ...], DataLoader[str, Any]] = {}

    def incident(self, id: str) -> Awaitable[IncidentRow | None]:  # noqa: A002 - as everywhere
        """One incident."""
        return self._one(incidents_by_id, id)

    def group(self, id: str) -> Awaitable[GroupRow | None]:  # noqa: A002
        """One group."""
        return self._one(parts.groups_by_id, id)

    def alerts(self, incident_id: str, size: int) -> Awaitable[list[AlertRow]]:
        """An incident's newest alerts."""
        return self._many(parts.first_alerts, incident_id, size)

    def events(self, incident_id: str, size: int, after: int) -> Awaitable[list[TimelineRow]]:
        """An incident's first events behind the cursor."""
        return self._many(parts.first_events, incident_id, size, after)

    def findings(self, incident_id: str) -> Awaitable[list[FindingRow]]:
        """What plugins said of an incident."""
        return self._many(parts.findings_of, incident_id)

    def feedback(self, incident_id: str) -> Awaitable[list[FeedbackRow]]:
        """What people said would have been right."""
        return self._many(parts.feedback_of, incident_id)

    def deliveries(self, incident_id: str) -> Awaitable[list[DeliveryRow]]:
        """Who was told of an incident."""
        return self._many(deliveries_of, incident_id)

    def links(self, group_id: str) -> Awaitable[list[LinkRow]]:
        """A group's links."""
        return self._many(parts.links_of_groups, group_id)

    def members(self, group_id: str, size: int) -> Awaitable[list[IncidentRow]]:
        """A group's incidents."""
        return self._many(parts.members_of_groups, group_id, size)

    def relations(self, incident_id: str) -> Awaitable[list[RelationRow]]:
        """An incident's relations."""
        return self._many(parts.relations_of, incident_id)

    def escalation(self, incident_id: str) -> Awaitable[RunRow | None]:
        """An incident's latest run through a policy."""
        return self._one(latest_runs, incident_id)

    def clocks(self, incident_id: str) -> Awaitable[list[ClockRow]]:
        """An incident's SLA clocks."""
        return self._many(clocks_of, incident_id)

    def sink(self, plugin: str) -> Awaitable[SinkRow | None]:
        """How far a plugin that hears of events has come."""
        return self._one(sinks_by_plugin, plugin)

    def record(self, kind: Kind, id: str) -> Awaitable[Kept | None]:  # noqa: A002
        """One user, team, service or schedule."""
        return self._one(people_reads.records, id, kind)

    def teams(self, user: str) -> Awaitable[list[Kept]]:
        """The teams that a user is in."""
        return self._many(people_reads.teams_with, user)

    def services(self, team: str) -> Awaitable[list[Kept]]:
        """The services that a team owns."""
        return self._many(people_reads.services_owned, team)

    def _one(self, read: _Read, key: str, *arguments: object) -> Awaitable[Any]:
        return self._loader(read, None, arguments).load(key)

    def _many(self, read: _Read, key: str, *arguments: object) -> Awaitable[Any]:
        return self._loader(read, list, arguments).load(key)

    def _loader(
        self, read: _Read, default: Callable[[], Any] | None, arguments: tuple[object, ...]
    ) -> DataLoader[str, Any]:
        key = (read, arguments)
        if key not in self._loaders:
            self._loaders[key] = DataLoader(load_fn=self._batch(read, default, arguments))
        return self._loaders[key]

    def _batch(
        self, read: _Read, default: Callable[[], Any] | None, arguments: tuple[object, ...]
    ) -> Callable[[list[str]], Awaitable[Sequence[Any]]]:
        async def load(keys: list[str]) -> Sequence[Any]:
            def work(connection: Connection) -> dict[str, Any]:
                return read(connection, keys, *arguments)

            found = await self._database.read(work)
            return [found[key] if key in found else default() if default else None for key in keys]

        return cast("Callable[[list[str]], Awaitable[Sequence[Any]]]", load)
