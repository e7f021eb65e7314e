"""What every plugin, and every enricher, must stand, with a cluster full of lines."""

from typing import Any

import pytest
from incident_hub_enricher_opensearch import Search, Settings
from incident_hub_hookspecs.testing import CANARY, HOSTILE_TEXTS, RecordingHttp
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance


class Configured:
    """The plugin with an address, a secret and a search that finds something."""

    @pytest.fixture
    def settings(self) -> Settings:
        search = Search("errors", query='level:"error"', terms={"source": "${labels.service}"})
        return Settings(url="https://logs.example", api_key=CANARY, searches=(search,))


class TestPlugin(Configured, PluginConformance):
    name = "enricher_opensearch"


class TestEnricher(Configured, EnricherConformance):
    name = "enricher_opensearch"

    @pytest.fixture
    def http(self, cluster: Any) -> RecordingHttp:  # noqa: ANN401 - of conftest
        for service in ("chat", *HOSTILE_TEXTS.values()):
            for text in (service, "long " * 5000, *HOSTILE_TEXTS.values()):
                cluster.log(text, 1.0, source=service, level="error")
        return RecordingHttp(cluster)


class TestUnconfigured(EnricherConformance):
    name = "enricher_opensearch"
