"""A lifecycle over each database, and a way to look at what it wrote."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.lifecycle import IncidentDraft, Lifecycle
from incident_hub.storage.database import Database
from incident_hub.storage.tables import event, incident
from incident_hub_hookspecs import IncidentState
from sqlalchemy import select, update

Timeline = Callable[[str], Awaitable[list[tuple[str, dict[str, Any]]]]]
Place = Callable[[IncidentState], Awaitable[str]]


@pytest.fixture
def commits() -> list[None]:
    """One entry for each time that followers were woken."""
    return []


@pytest.fixture
def lifecycle(database: Database, commits: list[None]) -> Lifecycle:
    """The room under test."""
    return Lifecycle(database, HubClock(), lambda: commits.append(None))


@pytest.fixture
def timeline(database: Database) -> Timeline:
    """The events of an incident: type and data, in order."""

    async def read(incident_id: str) -> list[tuple[str, dict[str, Any]]]:
        query = (
            select(event.c.type, event.c.data)
            .where(event.c.incident_id == incident_id)
            .order_by(event.c.cursor)
        )
        rows = await database.read(lambda connection: connection.execute(query).all())
        return [(kind, orjson.loads(data)) for kind, data in rows]

    return read


@pytest.fixture
def place(database: Database, lifecycle: Lifecycle) -> Place:
    """A new incident that stands in the given state."""

    async def at(state: IncidentState) -> str:
        row = await lifecycle.create(IncidentDraft(title="It is slow"), "ann")
        values: dict[str, Any] = {"state": state.value}
        if not state.active:
            values["resolved_at"] = row["created_at"]
        statement = update(incident).where(incident.c.id == row["id"]).values(values)
        await database.write(lambda connection: connection.execute(statement).rowcount)
        return str(row["id"])

    return at
