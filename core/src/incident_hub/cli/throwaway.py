"""A hub of one's own, for a demo or a replay: in this process, on a free port, its database in a temp folder."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from incident_hub.api.server import server_of
from incident_hub.cli.errors import CommandError
from incident_hub.cli.listen import bind
from incident_hub.host.config import HubConfig, NotifyConfig, NotifyTarget
from incident_hub.hub import Hub

__all__ = ["RunningHub", "throwaway_hub"]

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class RunningHub:
    """A hub that serves, and where."""

    hub: Hub
    url: str
    done: asyncio.Task[None]


@asynccontextmanager
async def throwaway_hub(port: int = 0, targets: Sequence[NotifyTarget] = ()) -> AsyncIterator[RunningHub]:
    """Start a hub, stop it at the end, and leave nothing behind."""
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="incident-hub-") as folder, bind(_HOST, port) as listener:
        number = listener.getsockname()[1]
        config = HubConfig(
            data_dir=Path(folder),
            host=_HOST,
            port=number,
            dev=True,
            notify=NotifyConfig(targets=tuple(targets)),
        )
        hub = await Hub.create(config)
        server = server_of(hub)
        server.capture_signals = _no_signals  # type: ignore[method-assign] # Ctrl-C ends the demo, then the hub
        task = asyncio.create_task(server.serve(sockets=[listener]), name="throw-away hub")
        try:
            while not server.started:
                if task.done():
                    raise CommandError("the throw-away hub did not start; the log above says why")
                await asyncio.sleep(0.01)
            yield RunningHub(hub, f"http://{_HOST}:{number}", task)
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await task


@contextmanager
def _no_signals() -> Iterator[None]:
    """Stands in for uvicorn's own handling."""
    yield
