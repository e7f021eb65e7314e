import base64
import hmac
import json
from datetime import UTC, datetime

import pytest
from incident_hub_hookspecs import DeliveryError, Receipt
from incident_hub_hookspecs.testing import (
    Answer,
    FixedClock,
    RecordingHttp,
    a_notification,
    an_incident,
    call_context,
    plugin_context,
)
from incident_hub_notifier_webhook import WebhookNotifier

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = b"k" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()
URL = "https://u:pw@hooks.example/T0KEN?sig=s3cret"


async def send(http: RecordingHttp, **target: object) -> Receipt:
    plugin = plugin_context("notifier_webhook", http=http, clock=FixedClock(NOW))
    note = a_notification(
        key="key-1",
        event="incident.created",
        incident=an_incident(id="i1", labels={"a": "b"}),
        target=target,
        text="hello",
    )
    return await WebhookNotifier().send(note, call_context(plugin, deadline_seconds=3.0))


async def test_message_is_signed_and_carries_its_key() -> None:
    http = RecordingHttp(Answer(202))
    receipt = await send(http, url=URL, secret=SECRET)
    (sent,) = http.sent
    headers, body = sent.headers, sent.body
    assert (sent.method, sent.url, sent.timeout, sent.allow_private) == ("POST", URL, 3.0, False)
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
    http = RecordingHttp(Answer())
    await send(http, url=URL, allow_private=True)
    (sent,) = http.sent
    assert sent.allow_private is True
    assert "webhook-signature" not in sent.headers


@pytest.mark.parametrize(
    ("status", "retry"),
    [(410, False), (404, False), (302, False), (408, True), (425, True), (429, True), (502, True)],
)
async def test_answers_decide_on_trying_again_and_no_secret_is_told(status: int, *, retry: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(RecordingHttp(Answer(status, headers={"Retry-After": "9"})), url=URL)
    assert caught.value.retry is retry
    assert caught.value.retry_after == (9.0 if retry else None)
    assert not any(secret in str(caught.value) for secret in ("T0KEN", "s3cret", "pw"))


@pytest.mark.parametrize(
    "target", [{}, {"url": ""}, {"url": 1}, {"url": "ftp://x"}, {"url": "http://["}, {"url": URL, "secret": "plain"},
               {"url": URL, "secret": "whsec_"}, {"url": URL, "secret": "whsec_?"}, {"url": URL, "secret": ""}],
)  # fmt: skip
async def test_a_broken_target_is_final_and_nothing_is_sent(target: dict[str, object]) -> None:
    http = RecordingHttp(Answer())
    with pytest.raises(DeliveryError) as caught:
        await send(http, **target)
    assert caught.value.retry is False
    assert http.sent == []
