"""Runs the application under uvicorn."""

import uvicorn

from incident_hub.api.app import create_app
from incident_hub.api.gathering import GatheringProtocol
from incident_hub.hub import Hub

__all__ = ["server_of"]

_MAX_MESSAGE = 64 * 1024


def server_of(hub: Hub) -> uvicorn.Server:
    """A server for the hub's host and port. WebSocket compression is off: it costs more than it saves."""
    config = uvicorn.Config(
        create_app(hub),
        host=hub.config.host,
        port=hub.config.port,
        loop="uvloop",
        http=GatheringProtocol,
        ws="websockets-sansio",
        ws_max_size=_MAX_MESSAGE,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        ws_per_message_deflate=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
        limit_concurrency=None,
        backlog=4096,
    )
    return uvicorn.Server(config)
