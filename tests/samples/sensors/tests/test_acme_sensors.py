import json
from collections.abc import Sequence

import pytest
from incident_hub_hookspecs.testing.conformance import PluginConformance, WebhookParserConformance


class TestPlugin(PluginConformance):
    name = "acme_sensors"


class TestParser(WebhookParserConformance):
    name = "acme_sensors"

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        reading = {"rack": "r7", "celsius": 61.5, "at": "2026-01-01T12:00:00Z"}
        return [json.dumps({"readings": [reading]})]
