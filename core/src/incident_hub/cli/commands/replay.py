"""`incident-hub replay`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import run_async

if TYPE_CHECKING:
    from rich.console import Console

    from incident_hub.cli.pace import Request
    from incident_hub.cli.sending import Tally

__all__ = ["command"]


def _speed(_ctx: click.Context, _option: click.Parameter, value: str) -> float | None:
    """`max` is None, else how many times faster than life."""
    if value == "max":
        return None
    try:
        speed = float(value.removesuffix("x"))
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise click.BadParameter("must be max, or a number above 0, as in 60")
    return speed


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--speed", callback=_speed, default="max", show_default=True, metavar="X", help="Times faster than life."
)
@click.option("--url", metavar="URL", help="The hub to send to; a throw-away one by default.")
@click.option("--slug", default="generic", show_default=True, help="Webhook for payloads of no known shape.")
def command(file: Path, speed: float | None, url: str | None, slug: str) -> None:
    """Send the payloads of FILE (JSONL or JSON) to a hub.

    Captured requests ({"m", "p", "h", "b"}) go to their own path; incidents of providers become alerts
    that fire and resolve; anything else is posted as it is. Data without times goes at one payload a
    second times the speed.
    """
    from rich.console import Console  # noqa: PLC0415 - help needs none of this

    from incident_hub.cli.replay.formats import read_requests  # noqa: PLC0415

    requests = read_requests(file, slug)
    if not requests:
        raise CommandError(f"{file} holds no payload", 2)
    tally = run_async(_run(requests, url, speed, Console()))
    click.echo(f"sent {tally.requests} of {len(requests)} payloads; answers: {tally.by_status()}")
    if tally.failed:
        raise CommandError(f"{tally.failed} requests were refused by a failing hub; its log says why")


async def _run(
    requests: "list[Request]", url: str | None, speed: float | None, console: "Console"
) -> "Tally":
    from incident_hub.cli.replay.run import replay  # noqa: PLC0415

    if url is not None:
        return await replay(requests, url.rstrip("/"), speed, console)
    from incident_hub.cli.throwaway import throwaway_hub  # noqa: PLC0415 - the whole hub

    async with throwaway_hub() as running:
        tally = await replay(requests, running.url, speed, console)
        await _report(running)
        return tally


async def _report(running: object) -> None:
    from incident_hub.cli.demo.summary import settle  # noqa: PLC0415
    from incident_hub.cli.throwaway import RunningHub  # noqa: PLC0415
    from incident_hub.storage.reading.figures import incident_figures  # noqa: PLC0415

    if isinstance(running, RunningHub):
        await settle(running)
        figures = await running.hub.database.read(incident_figures)
        click.echo(f"the throw-away hub made {figures.total} incidents of {figures.alerts} alerts")
