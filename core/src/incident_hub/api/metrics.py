"""`/metrics` for Prometheus. Its library is imported at the first scrape, in a thread."""

import asyncio
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incident_hub.api.services import Services

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

__all__ = ["metrics_routes"]


def metrics_routes(services: Services) -> list[Route]:
    """`/metrics`, in Prometheus' text format or as OpenMetrics, as the scraper asks."""
    registry = lru_cache(maxsize=1)(lambda: _registry(services))

    async def metrics(request: Request) -> Response:
        await asyncio.to_thread(import_module, "prometheus_client")
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 - see above

        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry()), headers={"content-type": content_type})

    return [Route("/metrics", metrics)]


def _registry(services: Services) -> "CollectorRegistry":
    """The plugins, the auditor, and the library's own collectors: process, platform, garbage collector."""
    from prometheus_client import (  # noqa: PLC0415 - only when scraped
        CollectorRegistry,
        GCCollector,
        PlatformCollector,
        ProcessCollector,
    )

    from incident_hub.api.plugin_metrics import PluginMetrics  # noqa: PLC0415
    from incident_hub.api.response_metrics import ResponseMetrics  # noqa: PLC0415

    registry = CollectorRegistry()
    registry.register(PluginMetrics(services.registry, services.reloader))
    registry.register(ResponseMetrics(services.auditor))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
