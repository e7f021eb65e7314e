"""Changes come in by the route and by GraphQL, and the next incident is told of them."""

import hmac
import json
from hashlib import sha256
from typing import Any

from incident_hub.testing.hubs import Hubs

URL = "/-/plugins/enricher_changes/changes"
SECRET = "s3cret-of-changes"
RECORD = """mutation ($change: EnricherChangesInput!) { enricherChanges { record(change: $change) {
    ... on EnricherChangesRecorded { change { id at kind name by service model promptVersion } }
    ... on EnricherChangesRefused { code message path } } } }"""
GITHUB = {
    "deployment": {
        "id": 7, "sha": "0123456789abcdef0123", "ref": "main", "environment": "production", "created_at": None,
        "creator": {"login": "ann"}, "payload": {"model": "gpt-4o", "secret": "x"},
    },
    "repository": {"name": "chat", "full_name": "acme/chat", "html_url": "https://git.example/acme/chat"},
}  # fmt: skip


async def test_a_posted_change_is_a_finding_of_the_next_incident(hub_with: Hubs) -> None:
    hub = await hub_with("enricher_changes", "parser_generic")
    change = {"kind": "prompt", "name": "answers", "before": 42, "after": 43, "by": "ann", "service": "chat"}
    answer = await hub.client.post(URL, json=change)
    assert (answer.status_code, len(answer.json()["recorded"])) == (202, 1)
    await hub.post_webhook("generic", {"title": "wrong answers", "labels": {"service": "chat"}})
    await hub.settled()
    told = await hub.gql("{ incidents { edges { node { findings { value } } } } }")
    (finding,) = told["incidents"]["edges"][0]["node"]["findings"]
    assert finding["value"]["summary"].partition(": ")[2] == "prompt answers@42 -> 43 by ann"


async def test_the_same_delivery_twice_is_one_change_and_a_bad_item_costs_only_itself(hub_with: Hubs) -> None:
    hub = await hub_with("enricher_changes")
    good = {"name": "answers", "at": "2026-01-01T11:57:00Z", "llm.model": "gpt-4o", "prompt_version": "43"}
    body = {"changes": [good, {"kind": "mood", "name": "x"}, 5, {"name": "x", "at": "soon"}]}
    for _ in range(2):
        answer = await hub.client.post(URL, json=body)
        assert answer.status_code == 202
    assert [(one["code"], one["path"]) for one in answer.json()["rejected"]] == [
        ("unknown_kind", "changes[1].kind"), ("wrong_type", "changes[2]"), ("bad_timestamp", "changes[3].at"),
    ]  # fmt: skip
    told = await hub.gql("{ enricherChanges { changes { kind name model promptVersion at } } }")
    assert told["enricherChanges"]["changes"] == [
        {"kind": "prompt", "name": "answers", "model": "gpt-4o", "promptVersion": "43",
         "at": "2026-01-01T11:57:00Z"},
    ]  # fmt: skip


async def test_github_deployments_are_changes_once_they_succeed(hub_with: Hubs) -> None:
    hub = await hub_with("enricher_changes")

    async def event(name: str, **more: object) -> Any:  # noqa: ANN401 - JSON
        answer = await hub.client.post(URL, json={**GITHUB, **more}, headers={"x-github-event": name})
        return answer.json()["recorded"]

    assert await event("ping") == []
    assert await event("deployment_status", deployment_status={"state": "in_progress"}) == []
    assert await event("deployment") == ["github:acme/chat:7"]
    assert await event("deployment_status", deployment_status={"state": "success"}) == ["github:acme/chat:7"]
    told = await hub.gql(
        '{ enricherChanges { changes(service: "chat") { kind name after by model environment url } } }'
    )
    assert told["enricherChanges"]["changes"] == [
        {"kind": "deployment", "name": "chat", "after": "0123456789ab", "by": "ann", "model": "gpt-4o",
         "environment": "production", "url": "https://git.example/acme/chat"},
    ]  # fmt: skip


async def test_a_body_that_is_no_change_is_a_400_that_says_why(hub_with: Hubs) -> None:
    hub = await hub_with("enricher_changes")
    for body, code in (
        ("", "not_json"), ("[", "not_json"), ("[]", "no_items"), ("5", "wrong_type"), ("{}", "missing_field"),
        ('{"name": 1.5}', "wrong_type"), ('{"name": "x", "nme": 1}', "unknown_field"),
        ('{"name": "x", "at": "2199-01-01T00:00:00Z"}', "bad_timestamp"), (json.dumps([{}] * 1001), "too_many_items"),
    ):  # fmt: skip
        answer = await hub.client.post(URL, content=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), body


async def test_with_a_secret_only_signed_changes_are_taken(hub_with: Hubs) -> None:
    config = {"plugins": {"enricher_changes": {"webhook_secret": SECRET}}}
    hub = await hub_with("enricher_changes", config=config)
    body = json.dumps({"name": "answers"}).encode()
    signed = "sha256=" + hmac.new(SECRET.encode(), body, sha256).hexdigest()
    for headers, status in (({}, 401), ({"x-hub-signature-256": "sha256=no"}, 401),
                            ({"x-hub-signature-256": signed}, 202), ({"x-signature-256": signed}, 202)):  # fmt: skip
        assert (await hub.client.post(URL, content=body, headers=headers)).status_code == status


async def test_a_change_is_recorded_by_graphql_or_refused_with_its_field(hub_with: Hubs) -> None:
    hub = await hub_with("enricher_changes")
    change = {"name": "answers", "promptVersion": "43", "service": "chat", "at": "2026-01-01T12:00:00Z"}
    told = await hub.gql(RECORD, change=change)
    recorded = told["enricherChanges"]["record"]["change"]
    assert (recorded["kind"], recorded["promptVersion"], bool(recorded["by"])) == ("prompt", "43", True)
    told = await hub.gql('{ enricherChanges { changes(since: "2026-01-01T00:00:00Z", first: 1) { id } } }')
    assert told["enricherChanges"]["changes"] == [{"id": recorded["id"]}]
    told = await hub.gql(RECORD, change={"name": "answers", "kind": "mood"})
    refused = told["enricherChanges"]["record"]
    assert (refused["code"], refused["path"]) == ("unknown_kind", "kind")
