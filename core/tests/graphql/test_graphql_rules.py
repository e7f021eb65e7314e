"""Rules over GraphQL: written with versions, refused with the place, tried, and shown on incidents."""
# ruff: noqa: ANN401 - the small hub is a fixture of conftest

from collections.abc import Awaitable, Callable
from typing import Any

from incident_hub.domain.jobs import Job
from incident_hub.response.rules.handler import rules_handler

Asking = Callable[..., Awaitable[dict[str, Any]]]

SAVE = """mutation($input: SaveRouteInput!) { saveRoute(input: $input) {
  ... on RulePayload { rule { id kind version enabled document updatedBy } }
  ... on ValidationError { code field message }
  ... on VersionConflict { code expected actual } } }"""
TRY = """query($id: ID, $alert: AlertInput) { routeTest(incidentId: $id, alert: $alert) {
  severity heldBy nobody policy tags
  rules { id matched failed actions } pages { receiver rule reaches missing } } }"""


async def test_rules_are_written_with_versions_tried_and_deleted(hub: Any, ask: Asking) -> None:
    route = {
        "id": "chat",
        "condition": "incident.severity <= 'P1'",
        "receivers": ["user:ann"],
        "tags": ["hot"],
    }
    made = (await ask(SAVE, input=route | {"expectedVersion": 0}))["saveRoute"]["rule"]
    assert (made["kind"], made["version"], made["document"]["receivers"]) == ("ROUTE", 1, ["user:ann"])
    again = await ask(SAVE, input=route | {"expectedVersion": 0})
    assert again["saveRoute"] == {"code": "VERSION_CONFLICT", "expected": 0, "actual": 1}
    wrong = (await ask(SAVE, input=route | {"condition": "incident.severty == 'P0'"}))["saveRoute"]
    assert (wrong["code"], wrong["field"]) == ("VALIDATION_ERROR", "condition")
    assert "column 9" in wrong["message"]

    window = """mutation { saveMaintenanceWindow(input: {id: "w", startsAt: "2026-01-01T00:00", minutes: 1440,
      repeat: "FREQ=DAILY", matchers: [{name: "service", value: "chat-0"}]}) {
      ... on RulePayload { rule { id } } } }"""
    assert (await ask(window))["saveMaintenanceWindow"]["rule"]["id"] == "w"
    inhibition = """mutation { saveInhibition(input: {id: "i", withinGroup: true}) {
      ... on RulePayload { rule { id document } } } }"""
    assert (await ask(inhibition))["saveInhibition"]["rule"]["document"]["within_group"] is True

    mild = (await ask(TRY, alert={"source": "s", "title": "t", "severity": "P4"}))["routeTest"]
    assert mild["rules"] == [
        {"id": "chat", "matched": False, "failed": ["incident.severity <= 'P1'"], "actions": []}
    ]
    assert mild["nobody"] is True
    (bad,) = await hub.storm(1)
    tried = (await ask(TRY, id=bad))["routeTest"]
    assert tried["rules"][0]["actions"] == ["tags: hot", "receivers: user:ann"]
    assert [(one["receiver"], one["rule"], one["reaches"]) for one in tried["pages"]] == [
        ("user:ann", "chat", [])
    ]
    assert tried["heldBy"] == ["window:w"]

    job = Job("job", "apply_rules", None, bad, {"incidents": [bad], "event": "created", "number": "1"}, 1, 1)
    await hub.database.write((await rules_handler(hub.services)([job])).effects)
    shown = await ask(
        "query($id: ID!) { incident(id: $id) { tags silencedBy routing { event heldBy rules { id matched } } } }",
        id=bad,
    )
    assert shown["incident"]["tags"] == ["hot"]
    assert shown["incident"]["routing"]["heldBy"] == "window:w"
    assert shown["incident"]["routing"]["rules"] == [{"id": "chat", "matched": True}]

    listed = await ask(
        '{ rules(kind: ROUTE, first: 10) { totalCount nodes { id } } rule(kind: INHIBITION, id: "i") { id } }'
    )
    assert listed == {"rules": {"totalCount": 1, "nodes": [{"id": "chat"}]}, "rule": {"id": "i"}}
    gone = """mutation { deleteRule(input: {kind: ROUTE, id: "chat"}) {
      ... on RuleDeleted { id } ... on NotFound { code } } }"""
    assert (await ask(gone))["deleteRule"] == {"id": "chat"}
    assert (await ask(gone))["deleteRule"] == {"code": "NOT_FOUND"}


async def test_a_silence_is_made_changed_and_ended(hub: Any, ask: Asking) -> None:
    (muted,) = await hub.storm(1)
    save = """mutation($input: SaveSilenceInput!) { saveSilence(input: $input) {
      ... on SilencePayload { silence { id endsAt createdBy matchers { name value isRegex } } }
      ... on ValidationError { code message } ... on NotFound { code } } }"""
    matchers = [{"name": "service", "value": "chat-.*", "isRegex": True}]
    given = {"matchers": matchers, "endsAt": "2099-01-01T00:00:00Z", "comment": "upgrade"}
    made = (await ask(save, input=given))["saveSilence"]["silence"]
    assert made["matchers"] == matchers
    silenced = "query($id: ID!) { incident(id: $id) { silencedBy } }"
    assert (await ask(silenced, id=muted))["incident"]["silencedBy"] == made["id"]
    later = {**given, "id": made["id"], "endsAt": "2098-01-01T00:00:00Z"}
    assert (await ask(save, input=later))["saveSilence"]["silence"]["endsAt"].startswith("2098")
    assert (await ask(save, input={**given, "matchers": []}))["saveSilence"]["code"] == "VALIDATION_ERROR"
    assert (await ask(save, input={**given, "id": "none"}))["saveSilence"]["code"] == "NOT_FOUND"
    assert (await ask("{ silences(first: 5) { nodes { id comment } totalCount } }"))["silences"][
        "totalCount"
    ] >= 1
    end = """mutation($id: ID!) { expireSilence(id: $id) {
      ... on SilencePayload { silence { id } } ... on NotFound { code } } }"""
    for silence in (await ask("{ silences(first: 5) { nodes { id } } }"))["silences"]["nodes"]:
        assert (await ask(end, id=silence["id"]))["expireSilence"] == {"silence": {"id": silence["id"]}}
    assert (await ask(end, id="none"))["expireSilence"] == {"code": "NOT_FOUND"}
    assert (await ask(silenced, id=muted))["incident"]["silencedBy"] is None
