"""`incident-hub plugins list`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from incident_hub.cli.plugins.looking import as_plain, hooks_told, look
from incident_hub.cli.plugins.running import running_plugins, url_option
from incident_hub.cli.settings import config_option
from incident_hub.cli.text import plain

__all__ = ["command", "milliseconds"]

_LEAST = (0, 8, 13, 0, 0, 0, 0)  # columns keep their place from day to day


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@url_option
@config_option
def command(as_json: bool, url: str | None, config_file: Path | None) -> None:
    """List every plugin with its status, its hooks and what mends it.

    Without --url this process loads the plugins and calls none. With it, a running hub says how its calls
    have gone.
    """
    records = running_plugins(url) if url else [as_plain(one) for one in look(config_file).records]
    if as_json:
        click.echo(json.dumps(records, indent=2))
        return
    if not records:
        click.echo("no plugin is installed; `incident-hub plugins install NAME` brings one")
    for line in _lines(records, figures=url is not None):
        click.echo(plain(line))


def milliseconds(seconds: float) -> str:
    """A duration as people read it."""
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _lines(records: Sequence[dict[str, Any]], *, figures: bool) -> list[str]:
    columns = [[one[key] for one in records] for key in ("name", "version", "status")]
    if figures:
        columns += [
            [f"{one['calls']} calls" for one in records],
            [f"{one['errors']} errors" for one in records],
        ]
        columns += [[f"{key} {milliseconds(one[key])}" for one in records] for key in ("p50", "p95")]
    widths = [
        max(len(cell) for cell in [*column, " " * least])
        for column, least in zip(columns, _LEAST, strict=False)
    ]
    rows = zip(*columns, strict=True)
    return [
        "  ".join([*map(str.ljust, row, widths), _told(one)]).rstrip()
        for row, one in zip(rows, records, strict=True)
    ]


def _told(record: dict[str, Any]) -> str:
    parts = [record[key] for key in ("reason", "remark", "mend") if record[key]]
    return "; ".join(parts) or hooks_told(record)
