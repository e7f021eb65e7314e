"""`incident-hub db`."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugin_schemas import Told, installed_plugins, tell, with_schemas
from incident_hub.cli.settings import config_option, with_database
from incident_hub.host.config_values import did_you_mean
from incident_hub.storage import migrate
from incident_hub.storage.plugin_tables.names import table_prefix
from incident_hub.storage.plugin_tables.orphans import drop_all, leftovers, orphans, owned

__all__ = ["command"]

_ONE = click.option("--plugin", metavar="NAME", help="Only this plugin's tables.")


@click.group()
def command() -> None:
    """The database's schema, and the tables of plugins."""


@command.command()
@_ONE
@config_option
def upgrade(plugin: str | None, config_file: Path | None) -> None:
    """Bring the schema forward to this program's version, then each plugin's tables to theirs."""
    core = migrate.check if plugin else migrate.upgrade
    told = with_schemas(config_file, plugin, core, lambda schemas, name: schemas.upgrade(name))
    tell("the schema is at version {0}", None if plugin else migrate.HEAD, told)


@command.command()
@config_option
def current(config_file: Path | None) -> None:
    """Show the schema's version, and that of each plugin's tables."""
    found = with_database(config_file, migrate.current)
    told: list[Told] = []
    if found:
        told = with_schemas(config_file, None, None, lambda schemas, name: schemas.look(name))
    tell("{0}", found or "none: the database is empty", told)


@command.command()
@config_option
def check(config_file: Path | None) -> None:
    """Exit with 0 when the schema is this program's and the plugins' tables are theirs, else with 1."""
    told = with_schemas(config_file, None, migrate.check, lambda schemas, name: schemas.check(name))
    tell("the schema is at version {0}, as this program needs it", migrate.HEAD, told)


@command.command()
@click.option("--plugin", metavar="NAME", required=True, help="The plugin whose tables they are.")
@click.argument("revision")
@config_option
def downgrade(plugin: str, revision: str, config_file: Path | None) -> None:
    """Take a plugin's tables back to REVISION; `base` is before the first, and leaves nothing."""
    told = with_schemas(
        config_file, plugin, migrate.check, lambda schemas, name: schemas.downgrade(name, revision)
    )
    tell("", None, told)


@command.command("orphans")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@config_option
def orphans_(as_json: bool, config_file: Path | None) -> None:
    """List the tables that plugins left which are not installed any more."""
    names = [record.name for record in installed_plugins(config_file)]
    found = with_database(config_file, lambda database: database.read(partial(orphans, installed=names)))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    for one in found:
        click.echo(f"{one.plugin}: {one.name}, rows: {one.rows}")
    for plugin in dict.fromkeys(one.plugin for one in found):
        click.echo(f"`incident-hub db drop-plugin {plugin}` removes what {plugin} left")
    if not found:
        click.echo("no plugin left tables behind")


@command.command("drop-plugin")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also when the plugin is installed.")
@config_option
def drop_plugin(name: str, yes: bool, force: bool, config_file: Path | None) -> None:
    """Drop all tables of the plugin NAME and what it kept in them."""
    installed = installed_plugins(config_file)
    owner = next((one for one in installed if table_prefix(one.name) == table_prefix(name)), None)
    if owner and not force:
        raise CommandError(
            f"{name} is installed: `incident-hub plugins uninstall {owner.name}` first, or say --force"
        )
    names = [record.name for record in installed]
    look = partial(owned, plugin=name, installed=names)
    found = with_database(config_file, lambda database: database.read(look))
    if not found:
        known = with_database(config_file, lambda database: database.read(leftovers))
        raise CommandError(f"{name} has no tables here{did_you_mean(table_prefix(name), known)}")
    for one in found:
        click.echo(f"{one.name}, rows: {one.rows}")
    if not yes:
        click.confirm("Drop these tables for ever?", abort=True)
    drop = partial(drop_all, plugin=name, installed=names)
    with_database(config_file, lambda database: database.migrate(drop))
    click.echo(f"dropped what {name} kept")
