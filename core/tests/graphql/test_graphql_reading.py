"""Pages, filters, parts: what queries show."""

import functools
import operator
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from incident_hub.storage.reading.keyset import encode_cursor
from sqlalchemy import event as hooks

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]
Value = Any

RICH = """query($n: Int!) { incidents(first: $n) { nodes { id title severity
  alerts(first: 5) { id title labels { key value } } findings { plugin } timeline(first: 5) { cursor type }
  group { id } related { type } severityReason groupReason } } }"""


async def _pages(ask: Ask, query: str, **variables: object) -> Value:
    found, after = [], None
    while True:
        page = (await ask(query, after=after, **variables))["incidents"]
        found.append([node["id"] for node in page["nodes"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.parametrize("field", ["CREATED_AT", "UPDATED_AT", "SEVERITY", "STATE"])
@pytest.mark.parametrize("order", ["ASC", "DESC"])
async def test_pages_cover_everything_once_in_order(hub: Hub, ask: Ask, field: str, order: Value) -> None:
    ids = await hub.storm(23)
    query = """query($after: String, $f: SortField!, $o: Order!) { incidents(first: 5, after: $after,
      sort: {field: $f, order: $o}) { nodes { id } pageInfo { hasNextPage endCursor } } }"""
    pages = await _pages(ask, query, f=field, o=order)
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    assert sorted(functools.reduce(operator.iadd, pages, [])) == sorted(ids)


async def test_pages_backward_meet_pages_forward(hub: Hub, ask: Ask) -> None:
    await hub.storm(12)
    forward = await ask("{ incidents(first: 12) { edges { cursor node { id } } totalCount } }")
    edges = forward["incidents"]["edges"]
    assert forward["incidents"]["totalCount"] == 12
    query = """query($c: String) { incidents(last: 4, before: $c) { nodes { id }
      pageInfo { hasNextPage hasPreviousPage } } }"""
    back = (await ask(query, c=edges[8]["cursor"]))["incidents"]
    assert [n["id"] for n in back["nodes"]] == [e["node"]["id"] for e in edges[4:8]]
    assert back["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({}, 20),
        ({"severities": ["P0", "P1"]}, 8),
        ({"severities": []}, 20),
        ({"states": ["DETECTED"]}, 19),
        ({"states": ["CLOSED"]}, 0),
        ({"types": ["UNKNOWN"], "activeOnly": True}, 20),
        ({"sources": ["prometheus"]}, 20),
        ({"sources": ["nobody"]}, 0),
        ({"assignee": "ann"}, 1),
        ({"assignee": "an"}, 0),
        ({"acknowledged": True}, 1),
        ({"acknowledged": False}, 19),
        ({"text": "TROUBLE 000"}, 10),
        ({"text": "100%"}, 20),
        ({"text": "calls_fail"}, 20),
        ({"text": "callsXfail"}, 0),
        ({"llm": {"provider": "acme"}}, 10),
        ({"llm": {"provider": "acme", "model": "nope"}}, 0),
        ({"labels": [{"key": "service", "value": "chat-0"}]}, 7),
        ({"labels": [{"key": "odd", "value": 'a"b'}]}, 20),
        ({"groupId": "none"}, 0),
        ({"createdAfter": "2001-01-01T00:00:00Z", "createdBefore": "9000-01-01T00:00:00+02:00"}, 20),
        ({"updatedAfter": "9000-01-01T00:00:00Z"}, 0),
    ],
)
async def test_filters(hub: Hub, ask: Ask, chosen: Value, count: Value) -> None:
    ids = await hub.storm(20)
    await hub.lifecycle.assign(ids[0], ["ann", "bob"], "boss")
    await hub.lifecycle.acknowledge(ids[1], "ann")
    query = "query($f: IncidentFilter) { incidents(filter: $f, first: 50) { totalCount nodes { id } } }"
    page = (await ask(query, f=chosen))["incidents"]
    assert page["totalCount"] == len(page["nodes"]) == count


async def test_a_page_of_50_costs_as_many_statements_as_one_of_5(hub: Hub, ask: Ask) -> None:
    await hub.storm(50, alerts=3)
    await hub.feed.stop()  # it reads too
    engine = getattr(hub.database._engine, "sync_engine", hub.database._engine)
    seen = []
    hooks.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for size in (5, 50):
        seen.clear()
        page = (await ask(RICH, n=size))["incidents"]["nodes"]
        assert len(page) == size
        assert all(len(node["alerts"]) == 3 and node["timeline"] for node in page)
        counts.append(len([s for s in seen if not s.startswith("BEGIN")]))
    assert counts[0] == counts[1] <= 8


async def test_parts_are_the_newest_alerts_and_the_first_events(hub: Hub, ask: Ask) -> None:
    (incident,) = await hub.storm(1, alerts=7)
    query = """query($id: ID!, $after: String) { incident(id: $id) { count alerts(first: 3) { id }
      timeline(first: 2, after: $after) { cursor type count } labelsMap llm { provider model tenant } } }"""
    found = (await ask(query, id=incident))["incident"]
    assert found["count"] == 7
    assert found["labelsMap"] == {"service": "chat-0", "odd": 'a"b'}
    assert found["llm"] == {"provider": "other", "model": "m-1", "tenant": ""}
    newest = [a["id"] for a in found["alerts"]]
    assert newest == sorted(newest, reverse=True)
    assert found["timeline"][0]["type"] == "CREATED"
    after = (await ask(query, id=incident, after=found["timeline"][1]["cursor"]))["incident"]["timeline"]
    assert int(after[0]["cursor"]) > int(found["timeline"][1]["cursor"])
    every = await ask(
        "query($id: ID) { alerts(incidentId: $id, first: 5) { totalCount nodes { id title } } }", id=incident
    )
    assert every["alerts"]["totalCount"] == 7
    assert [a["id"] for a in every["alerts"]["nodes"]][:3] == newest


async def test_timeline_pages_by_cursor(hub: Hub, ask: Ask) -> None:
    (incident,) = await hub.storm(1, alerts=6)
    query = """query($id: ID!, $after: String) { timeline(incidentId: $id, first: 2, after: $after) {
      edges { cursor node { cursor } } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    while True:
        page = (await ask(query, id=incident, after=after))["timeline"]
        seen += [int(e["cursor"]) for e in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == 6
    assert seen == sorted(set(seen))


async def test_figures_search_plugins_health(hub: Hub, ask: Ask) -> None:
    ids = await hub.storm(10, alerts=4)
    await hub.lifecycle.resolve(ids[0], "ann")
    found = await ask("""{ incidentStats { total active resolved alerts noiseReduction bySeverity { severity count }
      byState { state count } } mttxMetrics { mttr { samples p50 p95 mean } mtta { samples p50 } }
      searchIncidents(query: "0003") { nodes { title } } plugins { name status } health { status } version }""")
    assert found["incidentStats"]["total"] == 10
    assert found["incidentStats"]["active"] == 9
    assert found["incidentStats"]["noiseReduction"] == 0.75
    assert {line["state"]: line["count"] for line in found["incidentStats"]["byState"]} == {
        "DETECTED": 9,
        "RESOLVED": 1,
    }
    assert found["mttxMetrics"]["mttr"]["samples"] == 1
    assert found["mttxMetrics"]["mtta"] == {"samples": 0, "p50": None}
    assert [n["title"] for n in found["searchIncidents"]["nodes"]] == ["trouble 0003"]
    assert found["plugins"] == [{"name": "rules", "status": "active"}]
    assert found["health"] == {"status": "ok"}


async def test_a_cursor_of_another_order_is_refused(client: httpx.AsyncClient) -> None:
    cursor = encode_cursor("SEVERITY:d", ("P0", 5, "x"))
    answer = await client.post(
        "/", json={"query": f'{{ incidents(after: "{cursor}") {{ nodes {{ id }} }} }}'}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
