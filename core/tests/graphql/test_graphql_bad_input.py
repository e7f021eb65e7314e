"""Whatever is thrown at the door: a clear 4xx with a code, never a 500."""

import json
from typing import Any

import httpx
import pytest

Value = Any

Q = "{ version }"
DOUBLING = (
    "query { a { ...F0 } } "
    + " ".join(f"fragment F{i} on A {{ ...F{i + 1} ...F{i + 1} }}" for i in range(100))
    + " fragment F100 on A { x: n }"
)
BODIES = {
    "empty": b"",
    "spaces": b"   ",
    "truncated": b'{"query": "{ vers',
    "not utf-8": b'{"query": "\xff\xfe"}',
    "nan": b'{"query": "{ version }", "variables": {"a": NaN}}',
    "infinity": b'{"query": "{ version }", "variables": {"a": 1e999}}',
    "5000 digits": b'{"query": "{ version }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "depth bomb": b'{"query": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep variables": b'{"query": "{ version }", "variables": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
    "list": b"[]",
    "batch": b'[{"query": "{ version }"}]',
    "text": b'"{ version }"',
    "number": b"5",
    "null": b"null",
    "no query": b"{}",
    "query null": b'{"query": null}',
    "query number": b'{"query": 7}',
    "query list": b'{"query": ["{ version }"]}',
    "query blank": b'{"query": "  "}',
    "variables list": b'{"query": "{ version }", "variables": [1]}',
    "variables text": b'{"query": "{ version }", "variables": "x"}',
    "operation number": b'{"query": "{ version }", "operationName": 4}',
    "operation unknown": b'{"query": "{ version }", "operationName": "nope"}',
    "nul in query": b'{"query": "{ version \\u0000 }"}',
    "nul in variable": b'{"query": "{ version }", "variables": {"a": "\\u0000"}}',
    "lone surrogate": b'{"query": "{ version }", "variables": {"a": "\\ud800"}}',
    "gzip bytes": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "byte order mark only": b"\xef\xbb\xbf",
    "10000 keys": json.dumps({"query": Q, "variables": {f"k{i}": 1 for i in range(10_001)}}).encode()[
        :65_000
    ],
}
DOCUMENTS = {
    "malformed": "{",
    "garbage": "~~~",
    "unknown field": "{ nope }",
    "unknown argument": "{ version(a: 1) }",
    "unknown type": "{ ... on Nope { id } }",
    "wrong argument type": '{ incidents(first: "x") { nodes { id } } }',
    "no selection": "{ incidents }",
    "fragment only": "fragment F on Query { version }",
    "fragment unknown": "{ ...F }",
    "fragment cycle": "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
    "fragment doubling": DOUBLING,
    "two anonymous": "{ version } { version }",
    "two named": "query A { version } query B { version }",
    "missing variable": "query($a: ID!) { incident(id: $a) { id } }",
    "literal nul": '{ incident(id: "\\u0000") { id } }',
    "literal surrogate": '{ incident(id: "\\ud800") { id } }',
    "literal 5000 digits": "{ incidents(first: " + "9" * 5000 + ") { nodes { id } } }",
    "id as a float": "{ incident(id: 1.5) { id } }",
    "big version": 'mutation { closeIncident(input: {id: "a", expectedVersion: 99999999999}) { __typename } }',
    "first zero": "{ incidents(first: 0) { nodes { id } } }",
    "first negative": "{ incidents(first: -1) { nodes { id } } }",
    "first too many": "{ incidents(first: 101) { nodes { id } } }",
    "first and last": "{ incidents(first: 1, last: 1) { nodes { id } } }",
    "bad cursor": '{ incidents(after: "x") { nodes { id } } }',
    "cursor not ascii": '{ incidents(after: "é") { nodes { id } } }',
    "cursor of alerts": '{ alerts(after: "WyJldmVudCIsNV0") { nodes { id } } }',
    "cursor with bool": '{ incidents(after: "WyJDUkVBVEVEX0FUOmQiLHRydWUsIngiXQ") { nodes { id } } }',
    "timeline cursor": '{ timeline(incidentId: "a", after: "-1") { nodes { cursor } } }',
    "timeline cursor huge": '{ timeline(incidentId: "a", after: "' + "9" * 30 + '") { nodes { cursor } } }',
    "time without zone": '{ mttxMetrics(from: "2026-01-01T00:00:00") { mtta { p50 } } }',
    "time nonsense": '{ mttxMetrics(from: "soon") { mtta { p50 } } }',
    "time too late": '{ mttxMetrics(from: "99999-01-01T00:00:00Z") { mtta { p50 } } }',
    "enum unknown": "{ incidents(filter: {states: [NOPE]}) { nodes { id } } }",
    "search empty": '{ searchIncidents(query: "") { nodes { id } } }',
    "search endless": '{ searchIncidents(query: "' + "x" * 300 + '") { nodes { id } } }',
    "too deep": "{ incidents { nodes " + "{ group { primary " * 7 + "{ id }" + " } }" * 7 + " } }",
    "braces": "{ a " * 600 + "}" * 600,
    "too many aliases": "{ " + " ".join(f"a{i}: version" for i in range(31)) + " }",
    "too many root fields": "{ " + " ".join("version" for _ in range(21)) + " }",
    "too many tokens": "{ " + "version " * 2001 + "}",
    "too many directives": "{ version " + "@skip(if: false) " * 60 + "}",
    "too costly": "{ incidents(first: 100) { nodes { alerts(first: 100) { id title source } } } }",
    "subscription by post": "subscription { incidentCreated { cursor } }",
}


@pytest.fixture(scope="module", params=["sqlite"])
def database_url(tmp_path_factory: Value) -> Value:
    from incident_hub.testing.template import sqlite_copy

    return sqlite_copy(tmp_path_factory.mktemp("bad") / "hub.db")


def _refused(answer: httpx.Response, statuses: tuple[int, ...] = (400,)) -> str:
    assert answer.status_code in statuses, answer.text[:300]
    errors = answer.json()["errors"]
    assert all(error["extensions"]["code"] for error in errors)
    assert "Traceback" not in answer.text
    assert "internal" not in answer.text
    return str(errors[0]["extensions"]["code"])


@pytest.mark.parametrize("name", BODIES)
async def test_bodies(client: httpx.AsyncClient, name: str) -> None:
    headers = {"content-type": "application/json"}
    _refused(await client.post("/", content=BODIES[name], headers=headers))


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_documents(client: httpx.AsyncClient, name: str) -> None:
    code = _refused(await client.post("/", json={"query": DOCUMENTS[name]}))
    assert code in {
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "BAD_USER_INPUT",
        "QUERY_TOO_COMPLEX",
    }


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_documents_as_event_streams(client: httpx.AsyncClient, name: str) -> None:
    """The same documents where a stream is asked for: refused before a stream begins, or inside it."""
    if name == "subscription by post":
        return
    answer = await client.post("/", json={"query": DOCUMENTS[name]}, headers={"accept": "text/event-stream"})
    assert answer.status_code in (200, 400)
    assert "INTERNAL" not in answer.text
    assert '"code"' in answer.text


@pytest.mark.parametrize(
    ("variables", "query"),
    [
        ({"v": "text"}, "query($v: Int) { incidents(first: $v) { nodes { id } } }"),
        ({"v": 1.5}, "query($v: Int) { incidents(first: $v) { nodes { id } } }"),
        ({"v": True}, "query($v: Int) { incidents(first: $v) { nodes { id } } }"),
        ({"v": 101}, "query($v: Int) { incidents(first: $v) { nodes { id } } }"),
        ({"v": None}, "query($v: ID!) { incident(id: $v) { id } }"),
        ({"v": {"nope": 1}}, "query($v: IncidentFilter) { incidents(filter: $v) { nodes { id } } }"),
        ({"v": {"states": "x"}}, "query($v: IncidentFilter) { incidents(filter: $v) { nodes { id } } }"),
        ({"v": {"createdAfter": 5}}, "query($v: IncidentFilter) { incidents(filter: $v) { nodes { id } } }"),
        ({"v": ["x"]}, "query($v: String!) { searchIncidents(query: $v) { nodes { id } } }"),
    ],
)
async def test_variables(client: httpx.AsyncClient, variables: Value, query: str) -> None:
    assert _refused(await client.post("/", json={"query": query, "variables": variables})) == "BAD_USER_INPUT"


async def test_requests_that_are_not_a_post_of_json(client: httpx.AsyncClient) -> None:
    body = json.dumps({"query": Q}).encode()
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/graphql",
    ):
        _refused(await client.post("/", content=body, headers={"content-type": kind}), (415,))
    gzip = {"content-type": "application/json", "content-encoding": "gzip"}
    _refused(await client.post("/", content=body, headers=gzip), (415,))
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        _refused(await client.request(method, "/", params={"query": Q}), (405,))


async def test_a_body_over_the_limit(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    assert (
        _refused(await client.post("/", content=b" " * 65_537, headers=headers), (413,))
        == "PAYLOAD_TOO_LARGE"
    )

    async def chunks() -> Value:
        for _ in range(70):
            yield b" " * 1024

    _refused(await client.post("/", content=chunks(), headers=headers), (413,))
