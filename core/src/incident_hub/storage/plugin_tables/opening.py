"""At the start: each plugin's tables are brought forward, and its door is opened once they are current."""

from incident_hub.host.registry import Registry
from incident_hub.storage.database import Database
from incident_hub.storage.plugin_tables.chain import PluginSchemaError
from incident_hub.storage.plugin_tables.schemas import PluginSchemas
from incident_hub.storage.plugin_tables.tables import TableDoors

__all__ = ["open_doors"]


async def open_doors(database: Database, registry: Registry, doors: TableDoors) -> None:
    """Upgrade on the embedded database, elsewhere look. A plugin whose tables are not right has failed."""
    schemas = PluginSchemas(database, registry)
    ready = schemas.upgrade if database.dialect == "sqlite" else schemas.check
    for plugin in sorted(registry.migrations):
        try:
            await ready(plugin)
            doors(plugin).open(await schemas.space(plugin))
        except PluginSchemaError as error:
            doors(plugin).shut(f"has no tables: {error}")
            registry.fail(plugin, f"its tables: {error}", error.mend)
