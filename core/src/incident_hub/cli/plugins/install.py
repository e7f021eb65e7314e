"""`incident-hub plugins install`."""

from pathlib import Path

import click
from incident_hub_hookspecs import ENTRY_POINT_GROUP

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.changes import refuse_bad, tell
from incident_hub.cli.plugins.packages import keeping, run_installer
from incident_hub.cli.plugins.snapshot import take_snapshot
from incident_hub.cli.settings import config_option

__all__ = ["command"]


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="PACKAGE... [OPTIONS]")
@config_option
def command(arguments: tuple[str, ...], config_file: Path | None) -> None:
    """Install packages into this hub's environment, and load what came in a fresh interpreter.

    Names, wheels, folders, URLs and options go to `pip install` as they are, or to `uv pip install` where
    there is no pip: `incident-hub plugins install -e ./my-plugin --no-deps`. Exits with 1 when a plugin
    that came does not load.
    """
    if not arguments:
        raise CommandError("name a package, a wheel or a folder: `incident-hub plugins install NAME`", 2)
    before = take_snapshot(config_file)
    run_installer("install", arguments)
    after = take_snapshot(config_file)
    changes = tell(before, after)
    refuse_bad(changes, after)
    if not changes:
        click.echo(f"no plugin came or changed: plugins are entry points in the group `{ENTRY_POINT_GROUP}`")
        return
    if hint := keeping(arguments):
        click.echo(hint, err=True)
    click.echo("a hub that runs takes this up at its next start")
