import base64
import hmac
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from incident_hub_hookspecs import (
    DeliveryError,
    HttpResponse,
    Incident,
    IncidentState,
    IncidentType,
    Notification,
    Receipt,
    Severity,
)  # fmt: skip
from incident_hub_notifier_webhook import WebhookNotifier

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = b"k" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()
URL = "https://u:pw@hooks.example/T0KEN?sig=s3cret"


class FakeHttp:
    def __init__(self, status: int = 200, **headers: str) -> None:
        self.answer = HttpResponse(status, {n.replace("_", "-"): v for n, v in headers.items()}, b"")
        self.calls: list[tuple[str, str, dict[str, object]]] = []

    async def request(self, method: str, url: str, **more: object) -> HttpResponse:
        self.calls.append((method, url, more))
        return self.answer


async def send(http: FakeHttp, **target: object) -> Receipt:
    incident = Incident(
        "i1",
        "t",
        "s",
        Severity.P1,
        IncidentState.DETECTED,
        IncidentType.DATA,
        "f",
        NOW,
        NOW,
        NOW,
        labels={"a": "b"},
    )
    notification = Notification("key-1", "incident.created", incident, target, "hello")
    plugin = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW))
    return await WebhookNotifier().send(
        notification, SimpleNamespace(http=http, plugin=plugin, deadline_seconds=3.0)
    )


async def test_message_is_signed_and_carries_its_key() -> None:
    http = FakeHttp(202)
    receipt = await send(http, url=URL, secret=SECRET)
    ((method, url, more),) = http.calls
    headers, body = more["headers"], more["body"]
    assert isinstance(headers, dict)
    assert isinstance(body, bytes)
    assert (method, url, more["timeout"], more["allow_private"]) == ("POST", URL, 3.0, False)
    assert headers["webhook-id"] == headers["idempotency-key"] == "key-1"
    signed = f"key-1.{int(NOW.timestamp())}.".encode() + body
    assert (
        headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    )
    told = json.loads(body)
    assert (told["type"], told["data"]["text"]) == ("incident.created", "hello")
    assert (told["data"]["incident"]["id"], told["data"]["incident"]["labels"]) == ("i1", {"a": "b"})
    assert receipt.detail == "hooks.example answered 202"


async def test_without_a_secret_nothing_is_signed_and_private_is_asked_for() -> None:
    http = FakeHttp()
    await send(http, url=URL, allow_private=True)
    more = http.calls[0][2]
    assert more["allow_private"] is True
    assert "webhook-signature" not in str(more["headers"])


@pytest.mark.parametrize(
    ("status", "retry"),
    [(410, False), (404, False), (302, False), (408, True), (425, True), (429, True), (502, True)],
)
async def test_answers_decide_on_trying_again_and_no_secret_is_told(status: int, *, retry: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(FakeHttp(status, Retry_After="9"), url=URL)
    assert caught.value.retry is retry
    assert caught.value.retry_after == (9.0 if retry else None)
    assert not any(secret in str(caught.value) for secret in ("T0KEN", "s3cret", "pw"))


@pytest.mark.parametrize(
    "target", [{}, {"url": ""}, {"url": 1}, {"url": "ftp://x"}, {"url": "http://["}, {"url": URL, "secret": "plain"},
               {"url": URL, "secret": "whsec_"}, {"url": URL, "secret": "whsec_?"}, {"url": URL, "secret": ""}],
)  # fmt: skip
async def test_a_broken_target_is_final_and_nothing_is_sent(target: dict[str, object]) -> None:
    http = FakeHttp()
    with pytest.raises(DeliveryError) as caught:
        await send(http, **target)
    assert caught.value.retry is False
    assert http.calls == []
