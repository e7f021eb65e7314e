"""Bringing plugins' tables forward, or saying what keeps them from it. One that fails costs only itself."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from incident_hub_hookspecs import Migrations
from sqlalchemy.exc import DBAPIError

from incident_hub.host.environment import typed
from incident_hub.host.registry import Registry
from incident_hub.storage.database import Database
from incident_hub.storage.plugin_tables.chain import Chain, PluginSchemaError
from incident_hub.storage.plugin_tables.names import Namespace, name_problem
from incident_hub.storage.plugin_tables.orphans import with_tables

__all__ = ["PluginSchema", "PluginSchemas"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PluginSchema:
    """Where a plugin's tables are, and where its chain of migrations ends."""

    plugin: str
    found: tuple[str, ...]
    wanted: tuple[str, ...]

    @property
    def version(self) -> str:
        """The version found, for people."""
        return _at(self.found)

    @property
    def current(self) -> bool:
        """Whether the tables are as the installed plugin needs them."""
        return self.found == self.wanted


class PluginSchemas:
    """The chains of the plugins that serve. Every method raises `PluginSchemaError` for what a plugin did."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._records = registry.records
        self._migrations: Mapping[str, Migrations] = registry.migrations

    async def space(self, plugin: str) -> Namespace:
        """The names that are the plugin's own, beside all plugins installed and those that left tables."""
        others = [*self._records, *await self._database.read(with_tables)]
        if problem := name_problem(plugin, self._migrations):
            raise PluginSchemaError(problem)
        return Namespace.of(plugin, others)

    async def look(self, plugin: str) -> PluginSchema:
        """Compare the database with the plugin's chain."""
        chain = await self._chain(plugin)
        found = await self._database.read(chain.found)
        revisions = guarded(chain.revisions)
        if strange := set(found) - revisions.known:
            raise PluginSchemaError(
                f"its tables are at version {min(strange)}, which the plugin installed does not know",
                typed("install", "--upgrade", self._records[plugin].distribution),
            )
        return PluginSchema(plugin, found, revisions.ends)

    async def check(self, plugin: str) -> PluginSchema:
        """Look, and raise unless the tables are current."""
        schema = await self.look(plugin)
        if not schema.current:
            message = f"its tables are {schema.version}, it needs {', '.join(schema.wanted)}"
            raise PluginSchemaError(message, f"incident-hub db upgrade --plugin {plugin}")
        return schema

    async def upgrade(self, plugin: str) -> PluginSchema:
        """Bring the tables forward, in one transaction; of processes that start together one does it."""
        schema = await self.look(plugin)
        if schema.current:
            return schema
        chain = await self._chain(plugin)
        await self._database.migrate(lambda connection: guarded(lambda: chain.upgrade(connection)))
        return await self.look(plugin)

    async def downgrade(self, plugin: str, revision: str) -> PluginSchema:
        """Take the tables back to a revision, or to `base`."""
        chain = await self._chain(plugin)
        down = lambda connection: guarded(lambda: chain.downgrade(connection, revision))  # noqa: E731
        try:
            await self._database.migrate(down)
        except PluginSchemaError as error:
            raise PluginSchemaError(
                str(error), f"incident-hub db drop-plugin {plugin} removes all"
            ) from error
        return await self.look(plugin)

    async def _chain(self, plugin: str) -> Chain:
        return Chain(await self.space(plugin), self._migrations[plugin].folder)


def guarded(call: Callable[[], T]) -> T:
    """What the call returns; whatever the plugin's files raise becomes a `PluginSchemaError`."""
    try:
        return call()
    except (PluginSchemaError, KeyboardInterrupt, asyncio.CancelledError):
        raise
    except DBAPIError as error:
        if error.connection_invalidated:  # the database went away, which says nothing of the plugin
            raise
        raise PluginSchemaError(f"{type(error).__name__}: {error.orig}") from error
    except BaseException as error:  # the boundary: a migration may raise anything, SystemExit too
        raise PluginSchemaError(f"{type(error).__name__}: {error}") from error


def _at(version: tuple[str, ...]) -> str:
    return f"at version {', '.join(version)}" if version else "missing"
