"""Deliveries over GraphQL: pages, an incident's own, dead letters replayed, and the subscription."""

import asyncio
import json
from typing import Any

Hubs = Recorded = Any
ALERT = {"source": "probe", "title": "slow", "severity": "P1", "dedup_key": "slow"}
CONFIG = {
    "notify": {"targets": [{"channel": "notifier_webhook", "url": "https://pager.example/hook"}]},
    "plugins": {},
}
PAGE = """query($f: DeliveryFilter) { deliveries(filter: $f, first: 5) { totalCount nodes {
    id state target channel receiver attempts error providerId event incident { title } sentAt nextTryAt } } }"""
REPLAY = """mutation($ids: [ID!]!) { replayDeliveries(ids: $ids) {
    ... on ReplayPayload { deliveries { id state } } ... on ValidationError { field message } } }"""
ALLOW = """mutation($t: String!) { allowTarget(target: $t) { ... on AllowTargetPayload { target }
    ... on NotFound { code } } }"""


async def test_a_dead_letter_is_seen_replayed_under_its_key_and_followed(
    hub_with: Hubs, recorded_http: Recorded
) -> None:
    from incident_hub_hookspecs.testing import Answer

    recorded_http.will(Answer(410), Answer(200, {}))
    hub = await hub_with("notifier_webhook", "parser_generic", config=CONFIG)
    follow = hub.gql_subscribe(
        "subscription { notificationSent { target error skipped incident { title } } }"
    )
    assert (await hub.post_webhook("generic", ALERT)).status_code < 300
    await hub.settled()
    (dead,) = (await hub.gql(PAGE, f={"states": ["DEAD"]}))["deliveries"]["nodes"]
    assert (dead["target"], dead["attempts"], dead["incident"]["title"]) == ("notifier_webhook.0", 1, "slow")
    assert "410" in dead["error"]
    (refused,) = (await hub.gql("{ refusedTargets { target reason since } }"))["refusedTargets"]
    assert (refused["target"], "410" in refused["reason"]) == ("notifier_webhook.0", True)
    assert (await hub.gql(ALLOW, t="notifier_webhook.0"))["allowTarget"]["target"] == "notifier_webhook.0"
    assert (await hub.gql(ALLOW, t="notifier_webhook.0"))["allowTarget"]["code"] == "NOT_FOUND"
    (again,) = (await hub.gql(REPLAY, ids=[dead["id"]]))["replayDeliveries"]["deliveries"]
    assert again == {"id": dead["id"], "state": "QUEUED"}
    await hub.settled()
    first, second = recorded_http.sent
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    page = (await hub.gql(PAGE))["deliveries"]
    assert (page["totalCount"], page["nodes"][0]["state"], page["nodes"][0]["nextTryAt"]) == (1, "SENT", None)
    assert (await hub.gql(REPLAY, ids=[dead["id"]]))["replayDeliveries"]["deliveries"] == []
    assert (await hub.gql(REPLAY, ids=[]))["replayDeliveries"]["field"] == "ids"
    mine = await hub.gql("{ incidents { nodes { deliveries { state receiver } } } }")
    assert mine["incidents"]["nodes"][0]["deliveries"] == [
        {"state": "SENT", "receiver": "target:notifier_webhook.0"}
    ]
    told = [(await anext(follow))["notificationSent"] for _ in range(2)]
    assert [(one["incident"]["title"], bool(one["error"])) for one in told] == [
        ("slow", True),
        ("slow", False),
    ]


async def test_two_incidents_within_the_wait_are_one_message(hub_with: Hubs, recorded_http: Recorded) -> None:
    from incident_hub_hookspecs.testing import Answer

    recorded_http.will(Answer(200, {}))
    target = {"channel": "notifier_webhook", "url": "https://chat.example/hook", "min_severity": "P4"}
    channels = {"notifier_webhook": {"group_wait_seconds": 1, "group_by": "receiver"}}
    config = {"notify": {"targets": [target], "channels": channels}}
    hub = await hub_with("notifier_webhook", "parser_generic", config=config)
    for name in ("a", "b"):
        await hub.post_webhook("generic", {**ALERT, "title": name, "severity": "P3", "dedup_key": name})
    async with asyncio.timeout(10):
        while not recorded_http.sent:  # noqa: ASYNC110 - a recorder has no event for it
            await asyncio.sleep(0.02)
    await hub.settled()
    (sent,) = recorded_http.sent
    told = json.loads(sent.body)["data"]
    assert sorted((told["incident"]["title"], told["others"][0]["title"])) == ["a", "b"]
    page = (await hub.gql(PAGE))["deliveries"]["nodes"]
    assert [one["state"] for one in page] == ["SENT", "SENT"]
