"""How the hub does at telling people, as metrics: what the auditor of this process found when it last looked."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from incident_hub.domain.times import SECOND
from incident_hub.response.auditing.auditor import Auditor
from incident_hub.response.auditing.trouble import TroubleKind

__all__ = ["ResponseMetrics"]


class ResponseMetrics(Collector):
    """Reads what the auditor keeps; a scrape asks the database nothing."""

    def __init__(self, auditor: Auditor) -> None:
        self._auditor = auditor

    def collect(self) -> Iterator[Metric]:
        """All families, every kind of trouble with a sample."""
        found = Counter({one.kind: one.count for one in self._auditor.found})
        troubles = GaugeMetricFamily(
            "incident_hub_auditor_troubles",
            "What the auditor found amiss when it last looked.",
            labels=["kind"],
        )
        for kind in TroubleKind:
            troubles.add_metric([kind.value], found[kind])
        yield troubles
        yield CounterMetricFamily(
            "incident_hub_auditor_repairs",
            "What it asked for again since the start.",
            value=self._auditor.repaired,
        )
        yield GaugeMetricFamily(
            "incident_hub_auditor_last_check_timestamp_seconds",
            "When it last looked; 0: not yet.",
            value=(self._auditor.checked_at or 0) / SECOND,
        )
