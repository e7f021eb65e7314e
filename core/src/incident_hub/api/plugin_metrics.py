"""What became of the plugins and how their calls go, as metrics, made from the records at each scrape."""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from incident_hub.host.circuit import Circuit
from incident_hub.host.figures import BOUNDS
from incident_hub.host.registry import Registry
from incident_hub.host.reload import Reloader
from incident_hub.host.status import PluginRecord

__all__ = ["PluginMetrics"]

_EDGES = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")


class PluginMetrics(Collector):
    """Between scrapes it costs nothing: the dispatcher counts in the records anyway."""

    def __init__(self, registry: Registry, reloader: Reloader) -> None:
        self._registry, self._reloader = registry, reloader

    def collect(self) -> Iterator[Metric]:
        """All families, those without samples too."""
        records = self._registry.records.values()
        yield _info(records)
        yield _counter(records, "calls", "Calls that ended.", lambda one: one.calls)
        yield _counter(records, "errors", "Calls that ended badly, or not in time.", lambda one: one.errors)
        yield _call_seconds(records)
        yield _circuits(records)
        reload = GaugeMetricFamily(
            "incident_hub_config_last_reload_successful",
            "0 while the hub works with an older configuration because the newest one was refused.",
        )
        reload.add_metric([], float(not self._reloader.problem))
        yield reload


def _info(records: Iterable[PluginRecord]) -> Metric:
    family = InfoMetricFamily("incident_hub_plugin", "Every plugin; status is as in `plugins list`.")
    for one in records:
        family.add_metric([], {"plugin": one.name, "version": one.version, "status": one.status.value})
    return family


def _counter(
    records: Iterable[PluginRecord], name: str, told: str, figure: Callable[[PluginRecord], int]
) -> Metric:
    family = CounterMetricFamily(f"incident_hub_plugin_{name}", told, labels=["plugin"])
    for one in records:
        family.add_metric([one.name], figure(one))
    return family


def _call_seconds(records: Iterable[PluginRecord]) -> Metric:
    family = HistogramMetricFamily(
        "incident_hub_plugin_call_seconds", "How long calls took.", labels=["plugin"]
    )
    for one in records:
        buckets = list(zip(_EDGES, accumulate(one.spread), strict=True))
        family.add_metric([one.name], buckets, one.seconds)
    return family


def _circuits(records: Iterable[PluginRecord]) -> Metric:
    family = GaugeMetricFamily(
        "incident_hub_plugin_circuit_open",
        "1 while a plugin, one of its targets, or a service it asks is not called because it kept failing.",
        labels=["plugin", "circuit"],
    )
    for one in records:
        for circuit in _circuits_of(one):
            family.add_metric([one.name, circuit.name], float(not circuit.closed))
    return family


def _circuits_of(record: PluginRecord) -> list[Circuit]:
    return [*record.circuits.values(), *(endpoint.circuit for endpoint in record.endpoints.values())]
