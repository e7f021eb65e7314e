"""`incident-hub worker`."""

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from incident_hub.cli.hangups import Hangups
from incident_hub.cli.settings import config_option, load_config, run_async, safe_mode_option, write_logs
from incident_hub.host.collector import calm_collector
from incident_hub.host.config import HubConfig

__all__ = ["command"]


@click.command()
@click.option(
    "--kinds", metavar="NAMES", default="", help="Only these kinds of job; `events` is telling sinks."
)
@safe_mode_option
@config_option
def command(kinds: str, safe_mode: bool | None, config_file: Path | None) -> None:
    """Do durable work for hubs on the same database. SIGHUP has it read its configuration again.

    Such work is triage, notifications and actions.
    """
    write_logs()
    wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    reread = partial(load_config, config_file, safe_mode=safe_mode)
    run_async(_work(reread(), reread, wanted))


async def _work(config: HubConfig, reread: Callable[[], HubConfig], kinds: list[str]) -> None:
    from incident_hub.hub import Hub  # noqa: PLC0415 - only this command needs it

    hangups = Hangups()
    hub = await Hub.create(config, kinds=kinds, doors=False, reread=reread)
    hangups.reload(hub.reloader)
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
