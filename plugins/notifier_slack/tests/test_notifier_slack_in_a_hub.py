"""A real hub tells Slack: the message's place is in the plugin's own table, which its migration made."""

from typing import Any

from incident_hub_hookspecs.testing import Answer

Hubs = Recorded = Slack = Any  # of the hub's fixtures and of conftest
ALERT = {"source": "probe", "title": "slow <!channel>", "severity": "P1", "dedup_key": "slow"}
CONFIG = {
    "plugins": {"notifier_slack": {"bot_token": "xoxb-token", "signing_secret": "s1gn1ng"}},
    "notify": {"targets": [{"channel": "notifier_slack", "to": "C1"}]},
    "public_url": "https://hub.example",
}


async def test_one_message_is_posted_and_brought_up_to_date(
    hub_with: Hubs, recorded_http: Recorded, slack: Slack
) -> None:
    recorded_http.will(slack)
    hub = await hub_with("notifier_slack", "parser_generic", config=CONFIG)
    for status in ("firing", "resolved"):
        assert (await hub.post_webhook("generic", {**ALERT, "status": status})).status_code < 300
        await hub.settled()
    (posted, card), (updated, ended), (replied, reply) = slack.calls
    assert (posted, updated, replied) == ("chat.postMessage", "chat.update", "chat.postMessage")
    assert ended["ts"] == reply["thread_ts"]
    assert "&lt;!channel&gt;" in card["text"]
    assert reply["text"].startswith("[P1] resolved: slow")
    buttons = card["attachments"][0]["blocks"][-1]["elements"]
    assert buttons[-1]["url"] == f"https://hub.example/incidents/{buttons[0]['value']}"
    assert [one["action_id"] for one in ended["attachments"][0]["blocks"][-1]["elements"]] == [
        "incident_hub_open"
    ]


async def test_a_channel_that_is_not_found_is_told_once(
    hub_with: Hubs, recorded_http: Recorded, slack: Slack
) -> None:
    recorded_http.will(Answer(200, {"ok": False, "error": "channel_not_found"}))
    hub = await hub_with("notifier_slack", "parser_generic", config=CONFIG)
    await hub.post_webhook("generic", ALERT)
    await hub.settled()
    assert len(recorded_http.sent) == 1
