"""`incident-hub plugins uninstall`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from packaging.utils import canonicalize_name

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.changes import refuse_bad, tell
from incident_hub.cli.plugins.leftovers import leftovers
from incident_hub.cli.plugins.packages import run_installer
from incident_hub.cli.plugins.snapshot import take_snapshot
from incident_hub.cli.settings import config_option
from incident_hub.cli.text import plain
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.discovery import find_candidates
from incident_hub.host.environment import typed

__all__ = ["command"]


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS]")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@config_option
def command(name: str, arguments: tuple[str, ...], yes: bool, config_file: Path | None) -> None:
    """Remove the package of plugin NAME from this environment, and tell what stays behind.

    NAME is a plugin or the package it came with; options go to pip or uv. Tables of the plugin stay in the
    database, and its options in the configuration, until somebody removes them.
    """
    before = take_snapshot(config_file)
    package, plugins = _package(name, before.plugins)
    _ask(package, plugins, yes=yes)
    run_installer("uninstall", [package, *arguments])
    after = take_snapshot(config_file)
    changes = tell(before, after)
    for one in plugins:
        for line in leftovers(one, after.plugins, config_file) if one["name"] not in after.plugins else ():
            click.echo(plain(line))
    refuse_bad(changes, after)
    click.echo("a hub that runs keeps what it has loaded until its next start")


def _package(name: str, known: Mapping[str, dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The package to remove, and all plugins that go with it."""
    packages = {canonicalize_name(one.distribution): one.distribution for one in find_candidates()}
    package = known[name]["distribution"] if name in known else packages.get(canonicalize_name(name), "")
    if not package:
        hint = did_you_mean(name, known) or f"; for other packages there is `{typed('uninstall', name)}`"
        raise CommandError(f"`{name}` is no plugin, and no package that brings one{hint}", 2)
    return package, [one for one in known.values() if one["distribution"] == package]


def _ask(package: str, plugins: list[dict[str, Any]], *, yes: bool) -> None:
    if yes:
        return
    names = ", ".join(one["name"] for one in plugins) or "nothing that is used"
    try:
        click.confirm(f"Remove {package}, which brings {names}?", abort=True)
    except click.Abort:
        raise CommandError("nothing was removed; --yes removes without asking") from None
