"""What every plugin, and every enricher, must stand, with a Prometheus that answers."""

from urllib.parse import parse_qs, urlsplit

import pytest
from incident_hub_enricher_prometheus import Settings
from incident_hub_hookspecs.testing import CANARY, Answer, RecordingHttp, Sent
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance


def measured(sent: Sent) -> Answer:
    """A series that rises, under a label that is what was asked for."""
    (query,) = parse_qs(urlsplit(sent.url).query)["query"]
    values = [[1767268800 + 15 * number, str(number)] for number in range(20)]
    result = [{"metric": {"query": query}, "values": values}]
    return Answer(200, {"status": "success", "data": {"resultType": "matrix", "result": result}})


class Configured:
    """The plugin with an address and a secret."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(url="https://prometheus.example/mimir", user="hub", password=CANARY)


class TestPlugin(Configured, PluginConformance):
    name = "enricher_prometheus"


class TestEnricher(Configured, EnricherConformance):
    name = "enricher_prometheus"

    @pytest.fixture
    def http(self) -> RecordingHttp:
        return RecordingHttp(measured)


class TestUnconfigured(EnricherConformance):
    name = "enricher_prometheus"
