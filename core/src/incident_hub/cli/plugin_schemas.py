"""What the commands of `db` do for the core's schema and then for each plugin's tables."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.looking import look
from incident_hub.cli.settings import with_database
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord
from incident_hub.storage.database import Database
from incident_hub.storage.plugin_tables.chain import PluginSchemaError
from incident_hub.storage.plugin_tables.schemas import PluginSchema, PluginSchemas

__all__ = ["Told", "installed_plugins", "tell", "with_schemas"]

Told = tuple[str, PluginSchema | PluginSchemaError]


def installed_plugins(config_file: Path | None) -> list[PluginRecord]:
    """Every plugin that is installed, whatever became of it."""
    return look(config_file).records


def with_schemas(
    config_file: Path | None,
    only: str | None,
    core: Callable[[Database], Awaitable[None]] | None,
    each: Callable[[PluginSchemas, str], Awaitable[PluginSchema]],
) -> list[Told]:
    """Do `core`, then `each` for the plugins that have tables, by name; one that fails keeps none back."""
    registry = look(config_file).registry
    names = sorted(registry.migrations) if only is None else [_known(registry, only)]

    async def work(database: Database) -> list[Told]:
        if core is not None:
            await core(database)
        schemas = PluginSchemas(database, registry)
        told: list[Told] = []
        for name in names:
            try:
                told.append((name, await each(schemas, name)))
            except PluginSchemaError as error:
                told.append((name, error))
        return told

    return with_database(config_file, work)


def tell(text: str, version: str | None, told: list[Told]) -> None:
    """Say where the core is, when that was asked, and each plugin; a failed one makes the exit code 1."""
    if version is not None:
        click.echo(text.format(version))
    for name, outcome in told:
        if isinstance(outcome, PluginSchema):
            click.echo(f"{name}: its tables are {outcome.version}")
        else:
            mend = f"; {outcome.mend}" if outcome.mend else ""
            click.echo(f"{name}: {outcome}{mend}", err=True)
    if any(isinstance(outcome, PluginSchemaError) for _, outcome in told):
        click.get_current_context().exit(1)


def _known(registry: Registry, plugin: str) -> str:
    if plugin in registry.migrations:
        return plugin
    record = registry.records.get(plugin)
    if record is None:
        raise CommandError(f"no plugin {plugin} is installed{did_you_mean(plugin, registry.records)}")
    if record.serving:
        raise CommandError(f"the plugin {plugin} has no tables of its own")
    raise CommandError(f"the plugin {plugin} is {record.status}: {record.reason}; {record.mend}")
