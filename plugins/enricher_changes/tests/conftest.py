"""The plugin's tables: in memory for quick tests, and in the hub's own databases."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.storage.database import Database
from incident_hub.storage.plugin_tables.schemas import PluginSchemas
from incident_hub.storage.plugin_tables.tables import OwnTables, TableDoors
from incident_hub_enricher_changes.store import change_table
from incident_hub_hookspecs import Tables

T = TypeVar("T")
NAME = "enricher_changes"


class InMemory:
    """A `Tables` over SQLite, with the table as the code describes it."""

    def __init__(self) -> None:
        options = {"check_same_thread": False}
        self._engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, connect_args=options)
        change_table.metadata.create_all(self._engine)

    async def read(self, work: Callable[[Any], T]) -> T:
        """Run it."""
        return await self.write(work)

    async def write(self, work: Callable[[Any], T]) -> T:
        """Run it in a transaction."""
        with self._engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Let go of the connection."""
        self._engine.dispose()


@pytest.fixture
def tables() -> Any:  # noqa: ANN401 - an iterator of `Tables`
    """An empty table."""
    made = InMemory()
    yield made
    made.close()


@pytest.fixture
async def own_tables(database: Database) -> Tables:
    """The tables as the plugin's migrations make them, behind the hub's guard, on each kind of database."""
    registry = load_plugins(HubConfig(plugins_allow=(NAME,)), Handed.for_looking(HubClock()))
    schemas = PluginSchemas(database, registry)
    await schemas.upgrade(NAME)
    door: OwnTables = TableDoors(database, 5.0)(NAME)
    door.open(await schemas.space(NAME))
    return door
