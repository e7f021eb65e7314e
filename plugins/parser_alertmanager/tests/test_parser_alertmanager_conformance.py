"""What every plugin, and every webhook parser, must stand: Alertmanager's webhook, and Prometheus' own posts."""

from collections.abc import Sequence

import pytest
from incident_hub_hookspecs.testing.conformance import PluginConformance, WebhookParserConformance

WEBHOOK = """{
    "version": "4", "groupKey": "{}:{alertname=\\"HighLatency\\"}", "truncatedAlerts": 2, "status": "firing",
    "receiver": "hub", "groupLabels": {"alertname": "HighLatency"}, "commonLabels": {}, "commonAnnotations": {},
    "externalURL": "https://alertmanager.example",
    "alerts": [
        {"status": "firing", "labels": {"alertname": "HighLatency", "severity": "critical"},
         "annotations": {"summary": "p95 above 8 s"}, "startsAt": "2026-01-01T11:00:00.123456789Z",
         "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://prometheus.example/graph",
         "fingerprint": "c6eadffa33fcdf37"},
        {"status": "resolved", "labels": {"alertname": "Down"}, "startsAt": "2026-01-01T11:00:00Z",
         "endsAt": "2026-01-01T11:30:00Z"}
    ]
}"""
POST = """[
    {"labels": {"alertname": "HighLatency", "instance": "chat-1", "job": "chat"},
     "annotations": {"description": "p95 above 8 s"}, "startsAt": "2026-01-01T11:00:00Z",
     "endsAt": "2026-01-01T12:04:00Z", "generatorURL": "https://prometheus.example/graph"}
]"""


class TestPlugin(PluginConformance):
    name = "parser_alertmanager"


class TestWebhook(WebhookParserConformance):
    name = "parser_alertmanager"
    slug = "alertmanager"

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        return [WEBHOOK]


class TestPrometheus(WebhookParserConformance):
    name = "parser_alertmanager"
    slug = "alertmanager-v2"

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        return [POST]
