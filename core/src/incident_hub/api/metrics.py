"""`/metrics` for Prometheus: the plugins, and the process. The library is imported at the first scrape."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from itertools import accumulate
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incident_hub.api.services import Services
from incident_hub.host.circuit import Circuit
from incident_hub.host.figures import BOUNDS
from incident_hub.host.status import PluginRecord

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric

__all__ = ["metrics_routes"]

_EDGES = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")


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
    from prometheus_client import (  # noqa: PLC0415 - only when scraped
        CollectorRegistry,
        GCCollector,
        PlatformCollector,
        ProcessCollector,
    )

    registry = CollectorRegistry()
    registry.register(_Plugins(services))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class _Plugins:
    """Turns the records into metrics at each scrape; between scrapes they cost nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> "Iterator[Metric]":
        """All families, those without samples too."""
        from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily  # noqa: PLC0415

        records = self._services.registry.records
        info = InfoMetricFamily(
            "incident_hub_plugin", "Every plugin that was found; status is as in `plugins list`."
        )
        for record in records.values():
            info.add_metric([], _words(record))
        yield info
        yield from _figures(records)
        last = GaugeMetricFamily(
            "incident_hub_config_last_reload_successful",
            "0 while the hub works with an older configuration because the newest one was refused.",
        )
        last.add_metric([], float(not self._services.reloader.problem))
        yield last


def _words(record: PluginRecord) -> dict[str, str]:
    return {"plugin": record.name, "version": record.version, "status": record.status.value}


def _figures(records: Mapping[str, PluginRecord]) -> "Iterator[Metric]":
    from prometheus_client.metrics_core import (  # noqa: PLC0415
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    counters: list[tuple[str, str, Callable[[PluginRecord], float]]] = [
        ("calls", "Calls of the plugin that ended.", lambda record: record.calls),
        ("errors", "Calls that ended with an error, or not in time.", lambda record: record.errors),
    ]
    for name, told, figure in counters:
        family = CounterMetricFamily(f"incident_hub_plugin_{name}", told, labels=["plugin"])
        for record in records.values():
            family.add_metric([record.name], figure(record))
        yield family
    spread = HistogramMetricFamily(
        "incident_hub_plugin_call_seconds", "How long calls took.", labels=["plugin"]
    )
    for record in records.values():
        buckets = list(zip(_EDGES, accumulate(record.spread), strict=True))
        spread.add_metric([record.name], buckets, record.seconds)
    yield spread
    circuits = GaugeMetricFamily(
        "incident_hub_plugin_circuit_open",
        "1 while a plugin, one of its targets, or a service it asks is not called because it kept failing.",
        labels=["plugin", "circuit"],
    )
    for record in records.values():
        for circuit in _circuits(record):
            circuits.add_metric([record.name, circuit.name], float(not circuit.closed))
    yield circuits


def _circuits(record: PluginRecord) -> list[Circuit]:
    return [*record.circuits.values(), *(endpoint.circuit for endpoint in record.endpoints.values())]
