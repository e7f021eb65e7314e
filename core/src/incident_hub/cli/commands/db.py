"""`incident-hub db`."""

from pathlib import Path

import click

from incident_hub.cli.settings import config_option, with_database
from incident_hub.storage import migrate

__all__ = ["command"]


@click.group()
def command() -> None:
    """The database's schema."""


@command.command()
@config_option
def upgrade(config_file: Path | None) -> None:
    """Bring the schema forward to this program's version."""
    with_database(config_file, migrate.upgrade)
    click.echo(f"the schema is at version {migrate.HEAD}")


@command.command()
@config_option
def current(config_file: Path | None) -> None:
    """Show the schema's version."""
    click.echo(with_database(config_file, migrate.current) or "none: the database is empty")


@command.command()
@config_option
def check(config_file: Path | None) -> None:
    """Exit with 0 when the schema is this program's, else with 1."""
    with_database(config_file, migrate.check)
    click.echo(f"the schema is at version {migrate.HEAD}, as this program needs it")
