"""`incident-hub serve`."""

import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.hangups import Hangups
from incident_hub.cli.listen import bind, shown_host
from incident_hub.cli.settings import config_option, load_config, run_async, safe_mode_option, write_logs
from incident_hub.host.collector import calm_collector
from incident_hub.host.config import HubConfig

__all__ = ["command"]


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on; 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 3000 by default.")
@click.option("--dev", is_flag=True, default=None, help="Open GraphiQL at /graphql.")
@click.option("--no-workers", is_flag=True, help="Leave durable work to `incident-hub worker`.")
@safe_mode_option
@config_option
def command(
    host: str | None,
    port: int | None,
    dev: bool | None,
    no_workers: bool,
    safe_mode: bool | None,
    config_file: Path | None,
) -> None:
    """Run the hub until it is told to stop. SIGHUP has it read its configuration again."""
    write_logs()
    reread = partial(load_config, config_file, host=host, port=port, dev=dev, safe_mode=safe_mode)
    run_async(_serve(reread(), reread, workers=not no_workers))


async def _serve(config: HubConfig, reread: Callable[[], HubConfig], *, workers: bool) -> None:
    with bind(config.host, config.port) as listener:  # before the slow imports: a taken port is said at once
        from incident_hub.api.server import server_of  # noqa: PLC0415
        from incident_hub.hub import Hub  # noqa: PLC0415

        hangups = Hangups()
        apart = config.intake.writer_process
        hub = await Hub.create(config, workers=workers, writer_process=apart, reread=reread)
        hangups.reload(hub.reloader)
        calm_collector()
        server = server_of(hub)
        address, port = listener.getsockname()[:2]
        mode = "; safe mode, no plugin is loaded" if config.safe_mode else ""
        where = f"http://{shown_host(address)}:{port}"
        click.echo(f"Incident Hub listens on {where} (GraphQL at /graphql){mode}", err=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _asked_to_stop)
        await server.serve(sockets=[listener])
    if not server.started:
        raise CommandError("the hub did not start; the log above says why")


def _asked_to_stop(_number: int, _frame: object) -> None:
    """uvicorn shuts down on its own handler and then sends the signal again, to whom it found here.

    A stop that was asked for and done is a success, not a death by signal.
    """
