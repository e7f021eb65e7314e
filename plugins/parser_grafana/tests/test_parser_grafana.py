import hmac
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from incident_hub_hookspecs import (
    AlertStatus,
    ConfigError,
    Severity,
    SignatureError,
    WebhookParser,
    WebhookRequest,
)
from incident_hub_hookspecs.testing import FixedClock, plugin_context
from incident_hub_parser_grafana import Settings, plugin

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = b'{"alerts":[]}'
SIGNATURE = "x-grafana-alerting-signature"


def parser(secret: str | None = None, timestamp_header: str | None = None) -> WebhookParser:
    settings = Settings(secret, timestamp_header)
    context = plugin_context("parser_grafana", settings, clock=FixedClock(NOW))
    (one,) = plugin.register_webhook_parsers(context)
    return one


def request(headers: dict[str, str], body: object = None) -> WebhookRequest:
    return WebhookRequest("grafana", headers, {}, BODY, lambda: body)


def sign(data: bytes) -> str:
    return hmac.new(b"s3", data, "sha256").hexdigest()


def test_each_alert_keeps_its_status_and_grafanas_links() -> None:
    item = {
        "status": "resolved",
        "labels": {"alertname": "A"},
        "fingerprint": "f",
        "panelURL": "p",
        "valueString": "v",
    }
    (alert,) = parser().parse(request({}, {"state": "alerting", "alerts": [item]})).alerts
    assert (alert.status, alert.dedup_key, alert.source) == (AlertStatus.RESOLVED, "grafana:f", "grafana")
    assert alert.annotations == {"panelURL": "p", "valueString": "v"}
    assert (alert.title, alert.stateful, alert.raw) == ("A", True, item)


def test_trouble_of_grafana_itself_is_not_the_rules_severity() -> None:
    items = [
        {"labels": {"alertname": name, "severity": "page"}}
        for name in ("DatasourceNoData", "DatasourceError", "A")
    ]
    alerts = parser().parse(request({}, {"alerts": items})).alerts
    assert [alert.severity for alert in alerts] == [Severity.P4, Severity.P3, Severity.P0]


def test_signature_over_the_body_is_accepted_in_any_case() -> None:
    verify = parser(secret="s3").verify
    assert verify
    verify(request({SIGNATURE: sign(BODY)}))
    verify(request({SIGNATURE: sign(BODY).upper()}))


def test_signature_covers_the_timestamp() -> None:
    verify = parser(secret="s3", timestamp_header="X-Time").verify
    assert verify
    at = str(int(NOW.timestamp()))
    verify(request({SIGNATURE: sign(at.encode() + b":" + BODY), "x-time": at}))
    for stamp in ("", "x", "-1", str(int(at) - 301), str(int(at) + 1), "٣"):
        with pytest.raises(SignatureError):
            verify(request({SIGNATURE: sign(at.encode() + b":" + BODY), "x-time": stamp}))


@pytest.mark.parametrize(
    "given", ["", "é" * 64, "zz", "0" * 64, sign(BODY)[:-1], sign(BODY) + "\n", sign(b"other")]
)
def test_any_other_signature_is_refused(given: str) -> None:
    verify = parser(secret="s3").verify
    assert verify
    with pytest.raises(SignatureError):
        verify(request({SIGNATURE: given}))
    with pytest.raises(SignatureError):
        verify(request({}))


@pytest.mark.parametrize(
    ("config", "path"),
    [({"secret": ""}, "secret"), ({"secret": 1}, "secret"), ({"secrets": "x"}, "secrets"),
     ({"timestamp_header": "x"}, "timestamp_header")],
)  # fmt: skip
def test_wrong_configuration_names_its_key(
    settings_of: Callable[..., Settings], config: dict[str, object], path: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(plugin, **config)
    assert caught.value.path == path


def test_without_a_secret_nothing_is_verified() -> None:
    assert parser().verify is None
