"""`incident-hub simulate`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from incident_hub.cli.settings import load_config, run_async, write_logs
from incident_hub.cli.simulate.moments import Moment

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WIDTH = 130
_WHEN = Moment()


@click.command()
@click.option("--since", type=_WHEN, required=True, help="Replay alerts from then on: 24h, 7d, or a time.")
@click.option("--until", type=_WHEN, help="Up to then; now by default.")
@click.option(
    "--config", "config_file", type=_FILE, help="The changed configuration; the present one by default."
)
@click.option("--current", type=_FILE, help="The present configuration, which names the database to read.")
@click.option(
    "--limit", type=click.IntRange(1), default=100_000, show_default=True, help="Replay no more alerts."
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(
    since: datetime,
    until: datetime | None,
    config_file: Path | None,
    current: Path | None,
    limit: int,
    as_json: bool,
) -> None:
    """Replay stored alerts through a changed configuration, and show what would be different.

    Nothing is touched: the alerts go through a throw-away hub that sends nothing and calls nobody.
    """
    import logging  # noqa: PLC0415 - help needs none of this

    import orjson  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    from incident_hub.cli.simulate.run import run_simulation  # noqa: PLC0415
    from incident_hub.cli.simulate.show import show  # noqa: PLC0415
    from incident_hub.domain.times import to_micros  # noqa: PLC0415
    from incident_hub.simulation.stored import Span  # noqa: PLC0415
    from incident_hub.simulation.written import as_json as written  # noqa: PLC0415

    write_logs(logging.ERROR)
    span = Span(to_micros(since), to_micros(until or datetime.now(UTC)))
    config = load_config(config_file or current)
    real = load_config(_real(current, config_file))
    report = run_async(run_simulation(real, config, span, limit))
    if as_json:
        click.echo(orjson.dumps(written(report), option=orjson.OPT_INDENT_2))
        return
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    show(report, console)


def _real(current: Path | None, changed: Path | None) -> Path | None:
    """The file that names the real database: the present one, and the changed one when there is no other."""
    from incident_hub.host.config_sources import config_file  # noqa: PLC0415

    return current or config_file(None, os.environ) or changed
