"""`incident-hub plugins`."""

import json
from pathlib import Path
from typing import Any

import click

from incident_hub.cli.plugins import new
from incident_hub.cli.settings import config_option, load_config
from incident_hub.domain.clock import HubClock
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.host.status import PluginRecord

__all__ = ["command"]

_FINE = ("active", "disabled", "blocked")


@click.group()
def command() -> None:
    """The plugins that were found, and what became of each."""


command.add_command(new.command)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@config_option
def list_(as_json: bool, config_file: Path | None) -> None:
    """List every plugin with its status, its hooks and what mends it."""
    records = _records(config_file)
    _show_json(records) if as_json else _show(records)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@config_option
def check(as_json: bool, config_file: Path | None) -> None:
    """Exit with 1 when a plugin that should serve does not."""
    broken = [record for record in _records(config_file) if record.status.value not in _FINE]
    if as_json:
        _show_json(broken)
    elif not broken:
        click.echo("every plugin serves")
    for record in broken if not as_json else ():
        mend = f"; {record.mend}" if record.mend else ""
        click.echo(f"{record.name}: {record.status.value}: {record.reason}{mend}", err=True)
    if broken:
        click.get_current_context().exit(1)


def _records(config_file: Path | None) -> list[PluginRecord]:
    config = load_config(config_file, strict_plugins=False)
    registry = load_plugins(config, Handed.for_looking(HubClock()), commands=True)
    if registry.graphql:
        from incident_hub.api.graphql import build_schema  # noqa: PLC0415 - only where a part is to fit

        build_schema(registry)
    return sorted(registry.records.values(), key=lambda record: record.name)


def _show(records: list[PluginRecord]) -> None:
    width = max((len(record.name) for record in records), default=0)
    for record in records:
        hooks = ", ".join(hook.removeprefix("register_") for hook in record.hooks)
        told = "; ".join(part for part in (record.reason, record.mend) if part) or hooks
        click.echo(f"{record.name:<{width}}  {record.version:<8}  {record.status.value:<13}  {told}")


def _show_json(records: list[PluginRecord]) -> None:
    click.echo(json.dumps([_plain(record) for record in records], indent=2))


def _plain(record: PluginRecord) -> dict[str, Any]:
    names = ("name", "distribution", "version", "status", "reason", "hooks", "mend")
    return {name: getattr(record, name) for name in names}
