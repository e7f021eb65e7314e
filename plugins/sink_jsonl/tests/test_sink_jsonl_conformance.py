"""What every plugin, and every event sink, must stand."""

from pathlib import Path

import pytest
from incident_hub_hookspecs.testing.conformance import EventSinkConformance, PluginConformance
from incident_hub_sink_jsonl import Settings


class OfAFile:
    """The plugin, with a file to write."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(str(tmp_path / "events.jsonl"))


class TestPlugin(PluginConformance):
    name = "sink_jsonl"


class TestSink(OfAFile, EventSinkConformance):
    name = "sink_jsonl"


class TestQuietSink(EventSinkConformance):
    name = "sink_jsonl"
