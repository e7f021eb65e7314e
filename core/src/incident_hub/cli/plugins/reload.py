"""`incident-hub plugins reload`."""

from pathlib import Path
from typing import Any

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.running import ask, url_of
from incident_hub.cli.settings import config_option
from incident_hub.cli.text import plain

__all__ = ["command"]

_DOCUMENT = """mutation { reloadPlugins {
    ... on ReloadPayload { plugins { name outcome detail } applied waiting }
    ... on UserError { code message } } }"""


@click.command()
@click.option("--url", metavar="URL", help="Where the hub runs; by default where the configuration says.")
@config_option
def command(url: str | None, config_file: Path | None) -> None:
    """Have a running hub read its own configuration file again, and tell what came of it.

    Exits with 1 when something was refused. A `worker` has no door to ask at: send it SIGHUP.
    """
    told = ask(url or url_of(config_file), _DOCUMENT)["reloadPlugins"]
    if "message" in told:
        raise CommandError(plain(f"refused, the old configuration stays: {told['message']}"))
    for line in _lines(told):
        click.echo(plain(line))
    if any(change["outcome"] == "REFUSED" for change in told["plugins"]):
        click.get_current_context().exit(1)


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{one['name']}: {one['outcome'].lower()}: {one['detail']}" for one in told["plugins"]]
    lines += [f"applied: {', '.join(told['applied'])}"] if told["applied"] else []
    lines += [f"restart the hub to apply: {', '.join(told['waiting'])}"] if told["waiting"] else []
    return lines or ["nothing differs from what the hub works with"]
