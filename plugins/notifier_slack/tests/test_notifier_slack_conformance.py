"""What every plugin, and every notifier, must stand: as a bot with its table, and by a webhook."""

from collections.abc import Mapping
from typing import Any

import pytest
from incident_hub_hookspecs.testing import CANARY, Answer, RecordingHttp
from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance
from incident_hub_notifier_slack import Settings


class TestPlugin(PluginConformance):
    name = "notifier_slack"


class TestBot(NotifierConformance):
    name = "notifier_slack"

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(bot_token=CANARY, signing_secret=CANARY)

    @pytest.fixture
    def tables(self, memory_tables: Any) -> Any:  # noqa: ANN401 - of conftest
        return memory_tables

    @pytest.fixture
    def http(self) -> RecordingHttp:
        return RecordingHttp(Answer(200, {"ok": True, "channel": "C1", "ts": "1700000000.000001"}))

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        return {"to": "C1"}


class TestWebhook(NotifierConformance):
    name = "notifier_slack"

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        return {"webhook_url": f"https://hooks.slack.example/services/{CANARY}"}
