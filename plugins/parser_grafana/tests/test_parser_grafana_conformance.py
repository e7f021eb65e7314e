"""What every plugin, and every webhook parser, must stand, with each way of signing."""

import hmac
from collections.abc import Callable, Mapping, Sequence

import pytest
from incident_hub_hookspecs.testing import CANARY, NOON
from incident_hub_hookspecs.testing.conformance import PluginConformance, WebhookParserConformance
from incident_hub_parser_grafana import Settings

GROUP = """{
    "receiver": "hub", "status": "firing", "orgId": 1, "externalURL": "https://grafana.example/",
    "groupLabels": {"alertname": "HighLatency"}, "truncatedAlerts": 0, "version": "1", "state": "alerting",
    "alerts": [{
        "status": "firing", "labels": {"alertname": "HighLatency", "severity": "critical", "service": "chat"},
        "annotations": {"summary": "p95 above 8 s", "runbook_url": "https://runbooks.example/slow"},
        "startsAt": "2026-01-01T12:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://grafana.example/alerting/1/edit", "fingerprint": "c6eadffa33fcdf37",
        "silenceURL": "https://grafana.example/silence", "dashboardURL": "", "panelURL": "",
        "values": {"B": 8.4}, "valueString": "[ var='B' value=8.4 ]"
    }]
}"""


def signature(text: bytes) -> str:
    return hmac.new(CANARY.encode(), text, "sha256").hexdigest()


class TestPlugin(PluginConformance):
    name = "parser_grafana"


class TestParser(WebhookParserConformance):
    name = "parser_grafana"

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        return [GROUP]

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Mapping[str, str]]:
        return lambda body: {"X-Grafana-Alerting-Signature": signature(body)}


class TestParserWithTime(TestParser):
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(CANARY, "X-Time")

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Mapping[str, str]]:
        at = str(int(NOON.timestamp()))
        return lambda body: {
            "X-Time": at,
            "X-Grafana-Alerting-Signature": signature(at.encode() + b":" + body),
        }
