"""`incident-hub worker`."""

import asyncio
import signal
from pathlib import Path

import click

from incident_hub.cli.settings import config_option, load_config, run_async, write_logs
from incident_hub.host.collector import calm_collector
from incident_hub.host.config import HubConfig

__all__ = ["command"]


@click.command()
@click.option("--kinds", metavar="NAMES", default="", help="Only these kinds of job, separated by commas.")
@config_option
def command(kinds: str, config_file: Path | None) -> None:
    """Do durable work (triage, notifications, actions) for hubs on the same database."""
    write_logs()
    wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    run_async(_work(load_config(config_file), wanted))


async def _work(config: HubConfig, kinds: list[str]) -> None:
    from incident_hub.hub import Hub  # noqa: PLC0415 - only this command needs it

    hub = await Hub.create(config, kinds=kinds)
    calm_collector()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await hub.start()
    click.echo(f"Working on {', '.join(kinds) or 'every kind of job'}; Ctrl-C ends it", err=True)
    try:
        await stop.wait()
    finally:
        await hub.stop()
