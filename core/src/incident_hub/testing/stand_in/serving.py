"""A stand-in on a free port of this machine, for as long as a test wants it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

__all__ = ["server_for", "serving"]


def server_for(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server of an application; it says nothing that is not wrong."""
    config = uvicorn.Config(app, host=host, port=port, log_level="critical", lifespan="off", access_log=False)
    return uvicorn.Server(config)


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve, and yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = server_for(app, "127.0.0.1", 0)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.005)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await task
