"""What every plugin, and every notifier, must stand."""

from collections.abc import Mapping

import pytest
from incident_hub_hookspecs.testing import CANARY, Answer, RecordingHttp
from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance
from incident_hub_notifier_pagerduty import Settings


class TestPlugin(PluginConformance):
    name = "notifier_pagerduty"


class OfPagerDuty(NotifierConformance):
    @pytest.fixture
    def http(self) -> RecordingHttp:
        return RecordingHttp(
            Answer(202, {"status": "success", "message": "Event processed", "dedup_key": "1"})
        )


class TestNotifier(OfPagerDuty):
    name = "notifier_pagerduty"

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        return {"routing_key": CANARY}


class TestNotifierWithAKeyOfItsOwn(OfPagerDuty):
    name = "notifier_pagerduty"

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(routing_key=CANARY)

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        return {}
