"""Clicks, signed as Slack signs them, act on incidents of a real hub."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from incident_hub_hookspecs import RouteRequest, SignatureError
from incident_hub_hookspecs.testing import Answer
from incident_hub_notifier_slack.signature import verify

Hub = Hubs = Recorded = Any  # of the hub's fixtures
SECRET = "s1gn1ng"
ROUTE = "/-/plugins/notifier_slack/interactions"
RESPOND = "https://hooks.slack.example/actions/T1/2/3"
URL = "https://hub.example/incidents/1"
OPEN = """mutation($title: String!) {
  createIncident(input: {title: $title, severity: P2}) { ... on IncidentPayload { incident { id } } }
}"""
SEEN = """query($id: ID!) { incident(id: $id) {
  state severity acknowledgedBy escalationLevel
} }"""


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at))
    told = hmac.digest(secret.encode(), b"v0:" + stamp.encode() + b":" + body, "sha256").hex()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={told}",
    }


def click(action: str, value: str, **changes: object) -> bytes:
    """As https://docs.slack.dev/reference/interaction-payloads/block_actions-payload has it."""
    opened = {"type": "button", "action_id": "incident_hub_open", "url": URL}
    payload = {
        "type": "block_actions",
        "user": {"id": "U123", "username": "ann", "team_id": "T1"},
        "response_url": RESPOND,
        "message": {"attachments": [{"blocks": [{"type": "actions", "elements": [opened]}]}]},
        "actions": [{"type": "button", "action_id": f"incident_hub_{action}", "value": value}],
    }
    return urlencode({"payload": json.dumps({**payload, **changes})}).encode()


class Clicker:
    """A person in Slack, and the incident that they look at."""

    def __init__(self, hub: Hub, incident_id: str) -> None:
        self._hub, self.incident_id = hub, incident_id

    @property
    def now(self) -> float:
        return float(self._hub.hub.clock.now().timestamp())

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - a response
        return await self._hub.client.post(ROUTE, content=body, headers=headers or signed(body, self.now))

    async def click(self, action: str) -> None:
        answer = await self.post(click(action, self.incident_id))
        assert (answer.status_code, answer.content) == (200, b"")

    async def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self._hub.gql(SEEN, id=self.incident_id))["incident"]
        return found


@pytest.fixture
async def clicker(hub_with: Hubs, recorded_http: Recorded) -> Clicker:
    recorded_http.will(Answer(200, "ok"))
    hub = await hub_with("notifier_slack", config={"plugins": {"notifier_slack": {"signing_secret": SECRET}}})
    assert hub.plugin("notifier_slack").status == "active", hub.plugin("notifier_slack").reason
    made = await hub.gql(OPEN, title="slow answers")
    return Clicker(hub, made["createIncident"]["incident"]["id"])


async def test_acknowledge_is_done_by_the_person_and_shown_in_the_message(
    clicker: Clicker, recorded_http: Recorded
) -> None:
    await clicker.click("acknowledge")
    found = await clicker.seen()
    assert (found["state"], found["acknowledgedBy"]) == ("INVESTIGATING", "notifier_slack:ann (U123)")
    sent = recorded_http.sent[-1]
    told = sent.json()
    assert (sent.url, told["replace_original"]) == (RESPOND, True)
    (*_, buttons) = told["attachments"][0]["blocks"]
    assert [one["action_id"] for one in buttons["elements"]] == [
        "incident_hub_resolve", "incident_hub_escalate", "incident_hub_open"
    ]  # fmt: skip
    assert buttons["elements"][-1]["url"] == URL
    assert "notifier\\_slack:ann (U123)" in json.dumps(told) or "notifier_slack:ann (U123)" in json.dumps(
        told
    )


async def test_resolve_ends_it(clicker: Clicker, recorded_http: Recorded) -> None:
    await clicker.click("resolve")
    assert (await clicker.seen())["state"] == "RESOLVED"
    assert recorded_http.sent[-1].json()["attachments"][0]["color"] == "#2eb67d"


async def test_escalate_goes_one_step_and_a_replayed_click_no_further(clicker: Clicker) -> None:
    body = click("escalate", clicker.incident_id)
    headers = signed(body, clicker.now)
    for _ in range(2):
        assert (await clicker.post(body, headers)).status_code == 200
    found = await clicker.seen()
    assert (found["severity"], found["escalationLevel"]) == ("P1", 1)


async def test_what_the_hub_refuses_the_person_reads(clicker: Clicker, recorded_http: Recorded) -> None:
    await clicker.click("resolve")
    clicker.incident_id, known = "0199aaaa-0000-7000-8000-00000000dead", clicker.incident_id
    await clicker.click("acknowledge")
    told = recorded_http.sent[-1].json()
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert "there is no incident" in told["text"]
    clicker.incident_id = known
    assert (await clicker.seen())["state"] == "RESOLVED"


async def test_an_unproved_click_does_nothing(clicker: Clicker, recorded_http: Recorded) -> None:
    body, now = click("acknowledge", clicker.incident_id), clicker.now
    good = signed(body, now)
    for headers, spoilt in [
        (good | {"x-slack-signature": "v0=" + "0" * 64}, body),
        (good, body + b"&x=1"),
        (signed(body, now - 310), body),
        (signed(body, now + 310), body),
        (signed(body, now, "other"), body),
        (good | {"x-slack-request-timestamp": "x"}, body),
        (good | {"x-slack-request-timestamp": str(int(now) - 1)}, body),
        ({"content-type": good["content-type"]}, body),
    ]:
        assert (await clicker.post(spoilt, headers)).status_code == 401, headers
    assert not (await clicker.seen())["acknowledgedBy"]
    assert recorded_http.sent == []


async def test_a_signed_body_that_is_none_is_a_400(clicker: Clicker) -> None:
    bodies = [
        b"",
        b"payload",
        b"payload=",
        b"payload=[1]",
        b"payload=" + b"[" * 5000,
        b"x=1",
        b"\xff=\xff",
        click("acknowledge", ""),
        click("acknowledge", "i", user={}),
        click("acknowledge", "i", response_url=7),
    ]
    for body in bodies:
        assert (await clicker.post(body)).status_code == 400, body


async def test_other_interactions_are_taken_and_change_nothing(clicker: Clicker) -> None:
    for body in (click("open", "x"), click("x", "y", type="view_submission"), click("x", "y", actions=[])):
        assert (await clicker.post(body)).status_code == 200


def test_the_signature_is_the_one_that_slack_publishes() -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
        b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    known = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = {"x-slack-request-timestamp": "1531420618", "x-slack-signature": known}
    request = RouteRequest("POST", ROUTE, {}, {}, headers, body, "")
    at = datetime.fromtimestamp(1531420618, UTC)
    assert verify(request, "8f742231b10e8888abcd99yyyzzz85a5", at) == known
    with pytest.raises(SignatureError, match="signing_secret"):
        verify(request, "", at)
