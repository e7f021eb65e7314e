"""`incident-hub schema`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, load_config

if TYPE_CHECKING:
    from incident_hub.host.registry import Registry

__all__ = ["command"]


@click.group()
def command() -> None:
    """The GraphQL schema."""


@command.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when the file differs.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="schema.graphql",
    show_default=True,
    help="The file to write; - is standard output.",
)
@click.option("--installed", is_flag=True, help="With every plugin that serves here, as configured.")
@config_option
def export(check: bool, output: Path, installed: bool, config_file: Path | None) -> None:
    """Write the schema as SDL: the core's, and that of the plugins that come with the hub."""
    from incident_hub.api.graphql import export_sdl  # noqa: PLC0415 - builds the schema

    text = export_sdl(_serving(config_file) if installed else None)
    if check:
        _compare(output, text)
    elif str(output) == "-":
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}", err=True)


def _serving(config_file: Path | None) -> "Registry":
    from incident_hub.domain.clock import HubClock  # noqa: PLC0415 - loads plugins
    from incident_hub.host.handed import Handed  # noqa: PLC0415
    from incident_hub.host.loader import load_plugins  # noqa: PLC0415

    return load_plugins(load_config(config_file), Handed.for_looking(HubClock()))


def _compare(file: Path, text: str) -> None:
    found = file.read_text(encoding="utf-8") if file.is_file() else ""
    if found != text:
        raise CommandError(f"{file} is not the program's schema: run `incident-hub schema export`")
    click.echo(f"{file} is up to date")
