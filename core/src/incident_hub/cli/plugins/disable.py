"""`incident-hub plugins disable`."""

from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.switching import edit, file_of, installed_names, names_in, tell_what_counts
from incident_hub.cli.settings import config_option
from incident_hub.host.config_values import did_you_mean

__all__ = ["command"]


@click.command()
@click.argument("name")
@config_option
def command(name: str, config_file: Path | None) -> None:
    """Keep plugin NAME from being imported: it goes into `plugins_block` of the configuration file.

    Comments and layout of the file stay as they are.
    """
    file, known = file_of(config_file), installed_names()
    blocked = names_in(file, "plugins_block") or []
    if name not in known and name not in blocked:
        raise CommandError(f"no plugin `{name}` is installed{did_you_mean(name, known)}", 2)
    if name in blocked:
        click.echo(f"`{name}` is in `plugins_block` of {file} already")
    edit(file, "plugins_block", add=name)
    tell_what_counts(name, file, wanted=False)
