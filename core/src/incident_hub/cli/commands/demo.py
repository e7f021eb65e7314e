"""`incident-hub demo`."""

import click

from incident_hub.cli.settings import run_async

__all__ = ["command"]

_PLAIN_WIDTH = 130


@click.command()
@click.option("--exit", "leave", is_flag=True, help="Leave when the storm is over.")
@click.option(
    "--speed", type=click.FloatRange(0.1, 100), default=1.0, show_default=True, help="2 is twice as fast."
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="Port to serve on; a free one by default."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another storm.")
@click.option("--alerts", type=click.IntRange(1, 100_000), default=None, hidden=True)
def command(leave: bool, speed: float, port: int, seed: int, alerts: int | None) -> None:
    """Play a scripted storm of LLM trouble through a throw-away hub, and follow it live."""
    from rich.console import Console  # noqa: PLC0415 - help needs none of this

    from incident_hub.cli.demo.run import DemoOptions, run_demo  # noqa: PLC0415
    from incident_hub.cli.demo.storm import DEFAULT_ALERTS  # noqa: PLC0415

    options = DemoOptions(alerts or DEFAULT_ALERTS, speed, port, seed, leave)
    console = Console()
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    run_async(run_demo(options, console))
