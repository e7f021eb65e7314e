"""Why this severity, why this group: answers from findings and links."""

from collections.abc import Awaitable, Callable
from typing import Any

from incident_hub.storage.tables import finding, incident, incident_group, link
from sqlalchemy import Connection, insert, update

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]
QUERY = """query($id: ID!) { incident(id: $id) { severityReason groupReason
  suggestedSeverity { severity confidence plugin reasons }
  feedback { kind severity type actor }
  findings { stage plugin pluginVersion value confidence seconds error at }
  group { id title state endedAt size pattern { occurrences }
    primary { id } incidents { id } links { plugin score reason incident { id } other { id } } } }
  groups { nodes { id } pageInfo { hasNextPage } } }"""


def _triaged(one: str, two: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        said = {"incident_id": one, "stage": "classify", "plugin_version": "1.0", "micros": 1500, "at": 5}
        agreed = said | {"id": "f1", "plugin": "rules", "confidence": "0.9", "error": None}
        agreed["value"] = '{"severity": "P0", "reasons": ["provider is down"]}'
        failed = said | {
            "id": "f2",
            "plugin": "other",
            "confidence": None,
            "error": "timed out",
            "value": "null",
        }
        connection.execute(insert(finding), [agreed, failed])
        group = {"id": "g", "title": "outage", "primary_incident_id": one, "size": 2, "score": "0.8"}
        connection.execute(insert(incident_group), group | {"created_at": 1, "updated_at": 1})
        pair = {"id": "l", "group_id": "g", "incident_id": two, "other_id": one, "plugin": "window"}
        connection.execute(insert(link), pair | {"score": "0.8", "reason": "same provider", "at": 1})
        connection.execute(update(incident).where(incident.c.id.in_([one, two])).values(group_id="g"))

    return work


async def test_findings_and_links_say_why(hub: Hub, ask: Ask) -> None:
    one, two = await hub.storm(2)
    await hub.database.write(_triaged(one, two))
    found = await ask(QUERY, id=one)
    shown = found["incident"]
    assert shown["severityReason"] == "rules says P0 (confidence 0.90): provider is down"
    assert shown["groupReason"] == "window (score 0.80): same provider"
    assert shown["suggestedSeverity"] == {
        "severity": "P0", "confidence": 0.9, "plugin": "rules", "reasons": ["provider is down"]
    }  # fmt: skip
    assert [f["plugin"] for f in shown["findings"]] == ["rules", "other"]
    assert shown["findings"][0]["value"] == {"severity": "P0", "reasons": ["provider is down"]}
    assert shown["findings"][0]["seconds"] == 0.0015
    assert shown["findings"][1]["error"] == "timed out"
    assert shown["group"]["primary"] == {"id": one}
    assert [i["id"] for i in shown["group"]["incidents"]] == sorted([one, two])
    (reason,) = shown["group"]["links"]
    assert (reason["incident"]["id"], reason["other"]["id"], reason["score"]) == (two, one, 0.8)
    assert found["groups"]["nodes"] == [{"id": "g"}]


async def test_without_findings_the_source_is_the_reason(hub: Hub, ask: Ask) -> None:
    (one,) = await hub.storm(1)
    shown = (await ask(QUERY, id=one))["incident"]
    assert shown["severityReason"] == "prometheus reported P0"
    assert shown["groupReason"] is None
    assert shown["suggestedSeverity"] is None
    assert shown["group"] is None


GIVE = """mutation($i: GiveFeedbackInput!) { giveFeedback(input: $i) { __typename
  ... on IncidentPayload { incident { severity feedback { kind severity type actor } } }
  ... on UserError { code message } } }"""


async def test_feedback_is_kept_beside_the_incident(hub: Hub, ask: Ask) -> None:
    (one,) = await hub.storm(1)
    given = {"id": one, "severity": "P2", "type": "DATA", "idempotencyKey": "k"}
    for _ in range(2):
        shown = (await ask(GIVE, i=given))["giveFeedback"]["incident"]
    assert shown["severity"] == "P0"
    assert shown["feedback"] == [
        {"kind": "CORRECTION", "severity": "P2", "type": "DATA", "actor": "anonymous"}
    ]
    assert (await ask(GIVE, i={"id": one}))["giveFeedback"]["code"] == "VALIDATION_ERROR"


PATTERN = """query($id: ID!) { group(id: $id) { state pattern { occurrences firstAt lastAt usualOrder sameOrder
  rootCause groups { id } } } }"""


def _groups(ids: list[str]) -> Callable[[Connection], None]:
    """Two groups of the same two problems; the earlier one ended with a cause."""

    def work(connection: Connection) -> None:
        for key, (first, second) in {"g1": ids[:2], "g2": ids[2:]}.items():
            group = {"id": key, "title": "outage", "primary_incident_id": first, "size": 2, "score": "0.8"}
            connection.execute(insert(incident_group), group | {"created_at": 1, "updated_at": 1})
            for number, one in enumerate((first, second)):
                values = {
                    "fingerprint": f"f{number}",
                    "dedup_slot": one,
                    "group_id": key,
                    "title": f"t{number}",
                }
                values |= {
                    "first_seen": 1_000_000 * (number + 1),
                    "root_cause": "a lock" if key == "g1" else None,
                }
                connection.execute(update(incident).where(incident.c.id == one).values(values))

    return work


async def test_a_group_that_comes_again_shows_its_pattern(hub: Hub, ask: Ask) -> None:
    await hub.database.write(_groups(await hub.storm(4)))
    shown = (await ask(PATTERN, id="g2"))["group"]
    assert shown["state"] == "ACTIVE"
    assert shown["pattern"] == {
        "occurrences": 1, "firstAt": "1970-01-01T00:00:01Z", "lastAt": "1970-01-01T00:00:01Z",
        "usualOrder": ["t0", "t1"], "sameOrder": 1.0, "rootCause": "a lock", "groups": [{"id": "g1"}],
    }  # fmt: skip
    assert (await ask(PATTERN, id="g1"))["group"]["pattern"] is None


async def test_people_separate_and_merge_over_graphql(hub: Hub, ask: Ask) -> None:
    ids = await hub.storm(4)
    await hub.database.write(_groups(ids))
    merge = """mutation { mergeGroups(input: {sourceId: "g1", targetId: "g2"}) { __typename
      ... on IncidentPayload { incident { group { id size } } } ... on UserError { message } } }"""
    assert (await ask(merge))["mergeGroups"]["incident"]["group"] == {"id": "g2", "size": 4}
    again = (await ask(merge))["mergeGroups"]
    assert again["__typename"] == "ValidationError"
    separate = """mutation($i: SeparateIncidentInput!) { separateIncident(input: $i) { __typename
      ... on IncidentPayload { incident { group { id } } } ... on UserError { message } } }"""
    assert (await ask(separate, i={"id": ids[0]}))["separateIncident"]["incident"] == {"group": None}
