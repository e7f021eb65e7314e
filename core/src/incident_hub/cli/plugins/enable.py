"""`incident-hub plugins enable`."""

from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.switching import edit, file_of, installed_names, names_in, tell_what_counts
from incident_hub.cli.settings import config_option
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.discovery import EVERY

__all__ = ["command"]


@click.command()
@click.argument("name")
@config_option
def command(name: str, config_file: Path | None) -> None:
    """Let plugin NAME be loaded: out of `plugins_block`, and into `plugins_allow` if there is such a list.

    Comments and layout of the file stay as they are.
    """
    file, known = file_of(config_file), installed_names()
    blocked, allowed = names_in(file, "plugins_block") or [], names_in(file, "plugins_allow")
    if name not in known and name not in blocked:
        raise CommandError(f"no plugin `{name}` is installed{did_you_mean(name, known)}", 2)
    missing = allowed is not None and name not in allowed and EVERY not in allowed
    if name not in blocked and not missing:
        click.echo(f"nothing in {file} keeps `{name}` out")
    edit(file, "plugins_block", remove=name)
    if missing:
        edit(file, "plugins_allow", add=name)
    tell_what_counts(name, file, wanted=True)
