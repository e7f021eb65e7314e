"""`context.tables`: a plugin's door to its own tables, shut until they are as the plugin needs them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from incident_hub_hookspecs import PluginError
from sqlalchemy import Connection

from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.storage.plugin_tables.access import Access
from incident_hub.storage.plugin_tables.guard import confined
from incident_hub.storage.plugin_tables.names import Namespace

__all__ = ["OwnTables", "TableDoors"]

T = TypeVar("T")


class OwnTables:
    """The `Tables` of one plugin. `deadline` bounds each of its statements, in seconds."""

    def __init__(self, plugin: str, database: Database, deadline: float) -> None:
        self._plugin = plugin
        self._database = database
        self._deadline = deadline
        self._space: Namespace | None = None
        self._shut = "has no tables: implement `register_migrations`"

    def open(self, space: Namespace) -> None:
        """The schema is current: let the plugin in."""
        self._space = space

    def shut(self, why: str) -> None:
        """Let it in no more; `why` follows the plugin's name."""
        self._space, self._shut = None, why

    async def read(self, work: Callable[[Any], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await self._through(self._database.read, Access.READ, work)

    async def write(self, work: Callable[[Any], T]) -> T:
        """Run `work` and commit."""
        return await self._through(self._database.write, Access.WRITE, work)

    async def _through(
        self,
        verb: Callable[[Callable[[Connection], T]], Awaitable[T]],
        access: Access,
        work: Callable[[Any], T],
    ) -> T:
        if self._space is None:
            raise PluginError(f"{self._plugin} {self._shut}")
        space = self._space
        try:
            return await verb(lambda connection: confined(connection, space, access, work, self._deadline))
        except DatabaseUnavailableError as error:
            raise PluginError(f"{self._plugin}: {error}") from error


class TableDoors:
    """One door a plugin, made while plugins load and opened once their schemas are current."""

    def __init__(self, database: Database, deadline: float) -> None:
        self._make = partial(OwnTables, database=database, deadline=deadline)
        self._doors: dict[str, OwnTables] = {}

    def __call__(self, plugin: str) -> OwnTables:
        """The plugin's door; the same one each time."""
        if plugin not in self._doors:
            self._doors[plugin] = self._make(plugin)
        return self._doors[plugin]
