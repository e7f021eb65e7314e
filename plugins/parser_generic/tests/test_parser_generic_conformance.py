"""What every plugin, and every webhook parser, must stand: plain JSON, and a sender of one's own."""

from collections.abc import Sequence

import pytest
from incident_hub_hookspecs.testing.conformance import PluginConformance, WebhookParserConformance
from incident_hub_parser_generic import Sender, Settings

FULL = """{
    "title": "Answers are slow", "source": "app", "status": "firing", "severity": "high", "type": "performance",
    "description": "p95 above 8 s", "external_id": 7, "dedup_key": "slow-chat", "resources": ["pod-1", "pod-2"],
    "labels": {"service": "chat", "replicas": 3}, "annotations": {"note": "see the board"},
    "llm": {"provider": "openai", "model": "gpt-4o"}, "starts_at": "2026-01-01T12:00:00Z",
    "ends_at": 1767272400, "runbook_url": "https://runbooks.example/slow", "url": "https://board.example/1"
}"""
ACME = '{"data": {"events": [{"event": {"name": "N", "level": "BOOM", "states": ["ok"]}}]}}'


class TestPlugin(PluginConformance):
    name = "parser_generic"


class TestGeneric(WebhookParserConformance):
    name = "parser_generic"
    slug = "generic"

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        return [FULL, '[{"name": "a"}, {"summary": "b"}]', '{"alerts": [{"message": "c"}]}']


class TestConfiguredSlug(WebhookParserConformance):
    name = "parser_generic"
    slug = "acme"

    @pytest.fixture
    def settings(self) -> Settings:
        fields = {"title": "event.name", "severity": "event.level", "status": "event.states.0"}
        return Settings({"acme": Sender(items="data.events", fields=fields, severities={"boom": "P0"})})

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        return [ACME]
