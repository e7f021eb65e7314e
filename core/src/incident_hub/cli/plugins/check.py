"""`incident-hub plugins check`."""

import json
from pathlib import Path

import click

from incident_hub.cli.plugins.looking import Look, as_plain, look
from incident_hub.cli.plugins.written import plain_secrets
from incident_hub.cli.settings import config_option
from incident_hub.cli.text import plain
from incident_hub.host.status import PluginRecord
from incident_hub.host.strict import strangers

__all__ = ["command"]


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON array of what is wrong.")
@click.option("--traceback", is_flag=True, help="Show where a plugin failed.")
@config_option
def command(name: str | None, as_json: bool, traceback: bool, config_file: Path | None) -> None:
    """Exit with 1 when a plugin that should serve does not, with reasons and what mends them.

    With NAME only that plugin is checked, and it counts as wrong too when it is disabled or blocked.
    """
    found = look(config_file, tracebacks=traceback)
    if name is None:
        broken = [record for record in found.records if record.bad]
    else:
        record = found.record(name)
        broken = [] if record.serving and not record.bad else [record]
    if as_json:
        click.echo(json.dumps([as_plain(record) for record in broken], indent=2))
    for line in [] if as_json else map(_line, broken):
        click.echo(line, err=True)
    for hint in _hints(found, name, config_file):
        click.echo(plain(f"note: {hint}"), err=True)
    if broken:
        click.get_current_context().exit(1)
    if not as_json:
        click.echo(f"{name} serves" if name else "every plugin serves")


def _line(record: PluginRecord) -> str:
    mend = f"; {record.mend}" if record.mend else ""
    return plain(f"{record.name}: {record.status.value}: {record.reason}{mend}")


def _hints(found: Look, name: str | None, config_file: Path | None) -> list[str]:
    """What serves, and could be better."""
    names = [record.name for record in found.records if record.serving] if name is None else [name]
    missing = strangers(found.config, found.registry) if name is None else []
    return [*plain_secrets(found, names, config_file), *missing]
