"""What every plugin, and every notifier, must stand, with and without a signature."""

from collections.abc import Mapping

import pytest
from incident_hub_hookspecs.testing import CANARY
from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "notifier_webhook"


class TestNotifier(NotifierConformance):
    name = "notifier_webhook"


class TestSigningNotifier(NotifierConformance):
    name = "notifier_webhook"

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        return {"url": f"https://u:{CANARY}@receiver.example/hook", "secret": f"whsec_{CANARY}"}
