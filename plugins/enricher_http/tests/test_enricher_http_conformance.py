"""What every plugin, and every enricher, must stand, with targets that put values everywhere."""

import pytest
from incident_hub_enricher_http import Settings, Target
from incident_hub_hookspecs.testing import CANARY, Answer, RecordingHttp
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance

CMDB = Target(
    url="https://cmdb.example",
    token=CANARY,
    name="cmdb",
    path="/services/${labels.service}?model=${llm.model|id}",
    headers={"x-incident": "${id}"},
    facts={"owner": "/owner/name", "all": "owner"},
    summary="${owner} owns it",
)
LOOKUP = Target(
    url="https://lookup.example",
    name="lookup",
    method="POST",
    body='{"title": "${title}", "service": ${labels.service}}',
    facts={"flags": "owner.flags[0]"},
)


class Configured:
    """The plugin with two targets and a secret."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings((CMDB, LOOKUP))


class TestPlugin(Configured, PluginConformance):
    name = "enricher_http"


class TestEnricher(Configured, EnricherConformance):
    name = "enricher_http"

    @pytest.fixture
    def http(self) -> RecordingHttp:
        return RecordingHttp(Answer(200, {"owner": {"name": "a\nb" * 5000, "flags": [{"x": 1e999}]}}))


class TestUnconfigured(EnricherConformance):
    name = "enricher_http"
