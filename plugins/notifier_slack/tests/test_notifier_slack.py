"""Messages, against a recorder that refuses what Slack would refuse."""

from typing import Any

import pytest
from incident_hub_hookspecs import DeliveryCode, DeliveryError, IncidentState, Receipt, Severity
from incident_hub_hookspecs.testing import (
    Answer,
    RecordingHttp,
    a_notification,
    an_incident,
    call_context,
    empty_incident,
    hostile_incidents,
    huge_incident,
    plugin_context,
)
from incident_hub_notifier_slack import Settings, SlackNotifier

Slack = MemoryTables = Any  # of conftest
BOT = Settings(bot_token="xoxb-token", signing_secret="s3cret")


class Sender:
    def __init__(self, http: RecordingHttp, tables: MemoryTables) -> None:
        self._http, self._tables = http, tables

    async def __call__(self, settings: Settings = BOT, **changes: object) -> Receipt:
        plugin = plugin_context("notifier_slack", settings, http=self._http, tables=self._tables)
        context = call_context(plugin, deadline_seconds=3.0, incident_url="https://hub.example/incidents/1")
        return await SlackNotifier().send(a_notification(**{"target": {"to": "C1"}, **changes}), context)


@pytest.fixture
def send(slack: Slack, memory_tables: MemoryTables) -> Sender:
    return Sender(RecordingHttp(slack), memory_tables)


async def test_an_incident_has_one_message_and_later_events_are_below_it(send: Sender, slack: Slack) -> None:
    first = await send(key="k1", event="created", incident=an_incident(id="i1"), text="slow")
    ended = an_incident(id="i1", state=IncidentState.RESOLVED)
    second = await send(key="k2", event="resolved", incident=ended, text="resolved: slow")
    other = await send(key="k3", event="created", incident=an_incident(id="i2"))
    assert [method for method, _ in slack.calls] == [
        "chat.postMessage", "chat.update", "chat.postMessage", "chat.postMessage"
    ]  # fmt: skip
    (_, card), (_, update), (_, reply), _ = slack.calls
    assert first == second == Receipt("C1:1700000000.000000", "message 1700000000.000000 in C1")
    assert update["ts"] == reply["thread_ts"] == "1700000000.000000"
    assert (card["attachments"][0]["color"], update["attachments"][0]["color"]) == ("#f7b801", "#2eb67d")
    assert "thread_ts" not in card
    assert reply["text"] == "resolved: slow"
    assert other.provider_id != first.provider_id


async def test_what_has_arrived_is_not_sent_again(send: Sender, slack: Slack) -> None:
    assert await send(key="k1") == await send(key="k1")
    assert len(slack.calls) == 1


async def test_a_message_that_somebody_deleted_is_posted_anew(send: Sender, slack: Slack) -> None:
    await send(key="k1")
    slack.messages.clear()
    slack.messages["other"] = {}
    receipt = await send(key="k2")
    assert [method for method, _ in slack.calls][1:] == ["chat.update", "chat.postMessage"]
    assert receipt.provider_id == "C1:1700000000.000001"


async def test_buttons_are_for_what_can_be_done_now(send: Sender, slack: Slack) -> None:
    async def buttons(settings: Settings = BOT, **changes: object) -> list[str]:
        await send(settings, incident=an_incident(id=f"i{len(slack.calls)}", **changes))
        blocks = slack.calls[-1][1]["attachments"][0]["blocks"]
        return [one["action_id"].removeprefix("incident_hub_") for one in blocks[-1]["elements"]]

    assert await buttons() == ["acknowledge", "resolve", "escalate", "open"]
    assert await buttons(acknowledged_by="ann", severity=Severity.P0) == ["resolve", "open"]
    assert await buttons(state=IncidentState.CLOSED) == ["open"]
    assert await buttons(Settings(bot_token="xoxb-token")) == ["open"]


async def test_nothing_of_an_alert_is_markup_or_too_long(send: Sender, slack: Slack) -> None:
    for incident in (empty_incident(), huge_incident(), *hostile_incidents()):
        await send(incident=incident, text=incident.title, key="k1")
        await send(incident=incident, text=incident.title, key="k2")  # the reply as well
    told = [text for _, body in slack.calls for text in marked(body)]
    assert len(told) > 200
    assert not any(one in text for text in told for one in ("<!channel>", "<@U", "</users", "<script"))


def marked(given: object) -> list[str]:
    """Every text that Slack reads as markup, each of which must be verbatim."""
    if isinstance(given, list):
        return [text for one in given for text in marked(one)]
    if not isinstance(given, dict):
        return []
    if given.get("type") == "mrkdwn":
        assert given["verbatim"] is True
        return [given["text"]]
    if given.get("type") == "plain_text":
        assert given["text"].isprintable()
        return []
    own = [given[name] for name in ("text", "fallback") if isinstance(given.get(name), str)]
    return own + [text for one in given.values() for text in marked(one)]


async def test_a_webhook_gets_the_card(slack: Slack, memory_tables: MemoryTables) -> None:
    http = RecordingHttp(Answer(200, "ok"))
    url = "https://hooks.slack.example/services/T0KEN"
    receipt = await Sender(http, memory_tables)(Settings(), target={"webhook_url": url}, key="k1")
    (sent,) = http.sent
    body: Any = sent.json()
    assert (sent.method, sent.url) == ("POST", url)
    assert body["attachments"][0]["blocks"][0]["type"] == "header"
    assert receipt == Receipt("", "hooks.slack.example took it")


@pytest.mark.parametrize(
    ("answer", "retry", "code"),
    [
        (Answer(200, {"ok": False, "error": "channel_not_found"}), False, DeliveryCode.INVALID_REQUEST),
        (Answer(200, {"ok": False, "error": "token_revoked"}), False, DeliveryCode.AUTHENTICATION_ERROR),
        (Answer(200, {"ok": False, "error": "ratelimited"}), True, DeliveryCode.RATE_LIMIT),
        (Answer(200, {"ok": False, "error": "internal_error"}), True, DeliveryCode.SERVICE_UNAVAILABLE),
        (Answer(200, {"ok": True}), False, DeliveryCode.INVALID_RESPONSE),
        (Answer(200, "<html>"), False, DeliveryCode.INVALID_RESPONSE),
    ],
)
async def test_ok_false_says_whether_to_try_again(
    memory_tables: MemoryTables, answer: Answer, code: DeliveryCode, *, retry: bool
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await Sender(RecordingHttp(answer), memory_tables)()
    assert (caught.value.retry, caught.value.code) == (retry, code)


async def test_a_429_waits_as_long_as_slack_says(memory_tables: MemoryTables) -> None:
    http = RecordingHttp(Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}))
    with pytest.raises(DeliveryError) as caught:
        await Sender(http, memory_tables)()
    assert (caught.value.retry, caught.value.retry_after) == (True, 30.0)


@pytest.mark.parametrize(
    ("settings", "target"),
    [(BOT, {}), (BOT, {"to": 7}), (BOT, {"webhook_url": "ftp://x"}), (Settings(), {"to": "C1"})],
)
async def test_a_target_that_leads_nowhere_is_final(
    send: Sender, slack: Slack, settings: Settings, target: dict[str, object]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(settings, target=target)
    assert caught.value.retry is False
    assert slack.calls == []
