"""What can be done, and the typed refusals."""

from collections.abc import Awaitable, Callable
from typing import Any

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]

FIELDS = """__typename ... on IncidentPayload { incident { id version state severity assignees acknowledgedBy title
  escalationLevel } } ... on UserError { code message } ... on ValidationError { field }
  ... on VersionConflict { expected actual }"""


async def _do(ask: Ask, name: str, kind: str, **values: object) -> dict[str, Any]:
    data = await ask(f"mutation($i: {kind}!) {{ r: {name}(input: $i) {{ {FIELDS} }} }}", i=values)
    found: dict[str, Any] = data["r"]
    return found


async def test_the_life_of_an_incident(ask: Ask) -> None:
    made = await _do(ask, "createIncident", "CreateIncidentInput", title="slow answers", severity="P2")
    assert made["__typename"] == "IncidentPayload"
    one = made["incident"]["id"]
    steps = [
        ("acknowledgeIncident", "AcknowledgeIncidentInput", {}, ("acknowledgedBy", "anonymous")),
        ("assignIncident", "AssignIncidentInput", {"assignees": ["ann"]}, ("assignees", ["ann"])),
        ("addComment", "AddCommentInput", {"text": "looking"}, ("title", "slow answers")),
        ("updateIncident", "UpdateIncidentInput", {"title": "slower"}, ("title", "slower")),
        (
            "escalateIncident",
            "EscalateIncidentInput",
            {"severity": "P0", "reason": "worse"},
            ("severity", "P0"),
        ),
        ("resolveIncident", "ResolveIncidentInput", {"notes": "restarted"}, ("state", "RESOLVED")),
        ("closeIncident", "CloseIncidentInput", {}, ("state", "CLOSED")),
        ("reopenIncident", "ReopenIncidentInput", {"reason": "again"}, ("state", "INVESTIGATING")),
    ]
    for name, kind, values, (field, expected) in steps:
        done = await _do(ask, name, kind, id=one, **values)
        assert done["__typename"] == "IncidentPayload", (name, done)
        assert done["incident"][field] == expected, name


async def test_refusals_are_members_of_the_union(hub: Hub, ask: Ask) -> None:
    (one,) = await hub.storm(1)
    missing = await _do(ask, "resolveIncident", "ResolveIncidentInput", id="nothing")
    assert (missing["__typename"], missing["code"]) == ("NotFound", "NOT_FOUND")
    early = await _do(ask, "closeIncident", "CloseIncidentInput", id=one)
    assert early["__typename"] == "InvalidTransition"
    stale = await _do(ask, "addComment", "AddCommentInput", id=one, text="x", expectedVersion=99)
    assert stale["__typename"] == "VersionConflict"
    assert (stale["expected"], stale["actual"]) == (99, 1)
    blank = await _do(ask, "addComment", "AddCommentInput", id=one, text=" ")
    assert (blank["__typename"], blank["field"]) == ("ValidationError", "text")
    title = await _do(ask, "createIncident", "CreateIncidentInput", title="")
    assert (title["__typename"], title["field"]) == ("ValidationError", "title")


async def test_an_idempotency_key_does_once(hub: Hub, ask: Ask) -> None:
    (one,) = await hub.storm(1)
    first = await _do(ask, "addComment", "AddCommentInput", id=one, text="x", idempotencyKey="k")
    again = await _do(ask, "addComment", "AddCommentInput", id=one, text="x", idempotencyKey="k")
    other = await _do(ask, "addComment", "AddCommentInput", id=one, text="y", idempotencyKey="k")
    assert first == again
    assert other["__typename"] == "IdempotencyConflict"


async def test_link_unlink_merge_unmerge(hub: Hub, ask: Ask) -> None:
    one, two, _ = await hub.storm(3)
    linked = await _do(
        ask, "linkIncidents", "LinkIncidentsInput", id=one, otherId=two, type="CAUSED_BY", reason="r"
    )
    assert linked["__typename"] == "IncidentPayload"
    query = "query($id: ID!) { relatedIncidents(incidentId: $id) { type outgoing incident { id } reason } }"
    back = (await ask(query, id=two))["relatedIncidents"]
    assert back == [{"type": "CAUSED_BY", "outgoing": False, "incident": {"id": one}, "reason": "r"}]
    await _do(ask, "unlinkIncidents", "LinkIncidentsInput", id=one, otherId=two, type="CAUSED_BY")
    assert (await ask(query, id=two))["relatedIncidents"] == []
    merged = await _do(ask, "mergeIncidents", "MergeIncidentsInput", sourceId=one, targetId=two)
    assert merged["incident"]["id"] == two
    apart = await _do(ask, "unmergeIncident", "UnmergeIncidentInput", id=one)
    assert apart["incident"]["id"] == one


async def test_submitted_alerts_are_deduplicated(ask: Ask) -> None:
    query = """mutation($a: [AlertInput!]!, $k: String) { submitAlerts(alerts: $a, idempotencyKey: $k) { __typename
      ... on SubmitAlertsPayload { acks { index alertId incidentId status } } ... on UserError { code message } } }"""
    alert = {"source": "s", "title": "t", "severity": "P1", "startsAt": "2026-01-01T00:00:00Z",
             "labels": [{"key": "a", "value": "b"}], "llm": {"provider": "acme"}}  # fmt: skip
    acks = (await ask(query, a=[alert, alert]))["submitAlerts"]["acks"]
    assert [ack["status"] for ack in acks] == ["accepted", "duplicate"]
    assert acks[0]["incidentId"] == acks[1]["incidentId"]
    first = await ask(query, a=[alert], k="once")
    assert await ask(query, a=[alert], k="once") == first
    other = await ask(query, a=[alert | {"title": "u"}], k="once")
    assert other["submitAlerts"]["__typename"] == "IdempotencyConflict"
    none = await ask(query, a=[])
    assert none["submitAlerts"]["__typename"] == "ValidationError"
