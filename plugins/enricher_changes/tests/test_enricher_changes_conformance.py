"""What every plugin, and every enricher, must stand, with changes of every sort near each incident."""

import asyncio
from typing import Any

import pytest
from incident_hub_enricher_changes import Settings
from incident_hub_enricher_changes.changes import Change
from incident_hub_enricher_changes.store import ChangeStore
from incident_hub_hookspecs import LlmIdentity
from incident_hub_hookspecs.testing import CANARY, HOSTILE_TEXTS, NOON
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance


class Filled:
    """The plugin's tables with something in them."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(webhook_secret=CANARY, max_changes=20)

    @pytest.fixture
    def tables(self, tables: Any) -> Any:  # noqa: ANN401 - of conftest
        texts = {text.replace("\0", "")[:200] for text in HOSTILE_TEXTS.values()}
        changes = [
            Change(f"{n}", NOON, "prompt", text, text, text, text, text, "chat", LlmIdentity(model=text))
            for n, text in enumerate(sorted(texts))
        ]
        asyncio.run(ChangeStore(tables).add(changes, NOON))
        return tables


class TestPlugin(Filled, PluginConformance):
    name = "enricher_changes"


class TestEnricher(Filled, EnricherConformance):
    name = "enricher_changes"
