import hmac
import json
from typing import Any

import pytest
from incident_hub_hookspecs import AlertStatus, PayloadError, Severity, SignatureError
from incident_hub_hookspecs.testing import webhook_request

from {{ cookiecutter.__package }} import parse_events, signature_check

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-17",
    "source": "/evals/nightly",
    "type": "example.evals.failed",
    "subject": "answers@42",
    "time": "2026-01-01T12:00:00Z",
    "data": {"title": "Groundedness below 0.7", "severity": "major", "labels": {"model": "kestrel"}},
}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_structured_event_becomes_an_alert_and_its_repeat_is_known() -> None:
    delivery = parse_events(webhook_request("events", body(EVENT)))
    (alert,) = delivery.alerts
    assert (alert.source, alert.title) == ("/evals/nightly", "Groundedness below 0.7")
    assert (alert.severity, alert.resources) == (Severity.P2, ("answers@42",))
    assert (alert.llm.model, alert.labels["event_type"]) == ("kestrel", "example.evals.failed")
    assert alert.status is AlertStatus.FIRING
    assert not alert.stateful
    assert delivery.delivery_id == "/evals/nightly e-17"


def test_a_binary_event_is_the_same_event() -> None:
    headers = {f"ce-{name}": value for name, value in EVENT.items() if isinstance(value, str)}
    binary = parse_events(webhook_request("events", body(EVENT["data"]), headers))
    structured = parse_events(webhook_request("events", body(EVENT)))
    assert binary == structured


def test_a_sender_that_says_resolved_ends_its_own_alert() -> None:
    over = {**EVENT, "data": {**EVENT["data"], "status": "resolved"}}
    (alert,) = parse_events(webhook_request("events", body(over))).alerts
    assert (alert.status, alert.stateful) == (AlertStatus.RESOLVED, True)


def test_a_bad_event_of_a_batch_costs_only_itself() -> None:
    delivery = parse_events(webhook_request("events", body([EVENT, {**EVENT, "data": {}}, EVENT])))
    assert len(delivery.alerts) == 2
    assert [(one.index, one.code, one.path) for one in delivery.rejected] == [
        (1, "missing_field", "[1].data.title")
    ]


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({}, "specversion"),
        ({**EVENT, "specversion": "0.3"}, "specversion"),
        ({**EVENT, "id": ""}, "id"),
        ({**EVENT, "data": "text"}, "data"),
        ({**EVENT, "data": {"title": "t", "status": "odd"}}, "data.status"),
    ],
)
def test_what_is_no_event_is_refused_by_place(event: object, path: str) -> None:
    with pytest.raises(PayloadError) as caught:
        parse_events(webhook_request("events", body(event)))
    assert caught.value.path == path


def test_only_the_holder_of_the_secret_gets_in() -> None:
    check, sent = signature_check("k"), body(EVENT)
    good = "sha256=" + hmac.new(b"k", sent, "sha256").hexdigest()
    check(webhook_request("events", sent, {"X-Signature-256": good}))
    for headers in ({}, {"X-Signature-256": "sha256=é"}, {"X-Signature-256": good[:-1] + "x"}):
        with pytest.raises(SignatureError):
            check(webhook_request("events", sent, headers))
