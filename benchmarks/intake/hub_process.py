"""A serving process of the hub, or of a bare Starlette route under the same settings."""

import argparse
import socket
from pathlib import Path

import uvloop
from incident_hub.api.server import server_of
from incident_hub.host.collector import calm_collector
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.intake import intake
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main() -> None:
    """Serve until SIGTERM. `SO_REUSEPORT` lets several processes share the port."""
    options = _options()
    if options.alone:
        intake._BATCH = 1  # each request in a transaction of its own: group commit off
    uvloop.run(_serve(options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--workers", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--one-process", action="store_true")
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    config = HubConfig(database_url=options.database, data_dir=options.folder, port=options.port)
    hub = await Hub.create(config, workers=options.workers, writer_process=not options.one_process)
    calm_collector()
    server = server_of(hub)
    if options.bare:
        server.config.app, server.config.http = _bare(), "httptools"  # as uvicorn comes
    await server.serve(sockets=[_listener(options.port)])


def _bare() -> Starlette:
    async def taken(_request: Request) -> Response:
        return Response(b'{"accepted":1}', status_code=202, media_type="application/json")

    async def ready(_request: Request) -> Response:
        return Response(b"{}")

    return Starlette(
        routes=[
            Route("/webhooks/{slug}", taken, methods=["POST"]),
            Route("/api/v2/alerts", taken, methods=["POST"]),
            Route("/health/ready", ready),
        ]
    )


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(4096)
    return listener


if __name__ == "__main__":
    main()
