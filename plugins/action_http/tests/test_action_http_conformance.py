"""What every plugin, and every action, must stand."""

from collections.abc import Mapping

import pytest
from incident_hub_hookspecs.testing import CANARY
from incident_hub_hookspecs.testing.conformance import ActionConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "action_http"


class TestAction(ActionConformance):
    name = "action_http"

    @pytest.fixture
    def params(self) -> Mapping[str, object]:
        return {
            "url": f"https://u:{CANARY}@api.example/restart?token={CANARY}",
            "method": "POST",
            "headers": {"authorization": CANARY},
            "json": {"service": "chat"},
        }
