"""Limits, codes, and what leaks."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query, parse
from incident_hub.api.graphql import build_schema, export_sdl
from incident_hub.api.graphql.limits import Meter
from incident_hub.storage.database import DatabaseUnavailableError

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]
Value = Any

SCHEMA = build_schema().schema._schema


def _measure(query: str, **variables: object) -> Value:
    document = parse(query)
    return Meter.of(SCHEMA, document, variables).measure(document.definitions[0])


def test_cost_multiplies_page_sizes() -> None:
    assert _measure("{ incidents(first: 3) { nodes { id title } } }").fields == 1 + 3 * (1 + 2)
    assert _measure("query($n: Int) { incidents(first: $n) { nodes { id } } }", n=7).fields == 1 + 7 * 2
    assert _measure("{ incidents { nodes { id } } }").fields == 1 + 20 * 2
    assert _measure("{ incidents(first: 2) { nodes { alerts { id } findings { id } } } }").fields == 1 + 2 * (
        1 + (1 + 10) + (1 + 10)
    )


def test_fragments_are_measured_once_each() -> None:
    measured = []

    class Counting(Meter):
        def _selection(self, node: Value, *rest: Value) -> Value:
            measured.append(node)
            return super()._selection(node, *rest)

    text = "query { ...F0 } " + " ".join(
        f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(40)
    )
    document = parse(text + " fragment F40 on Query { version }")
    cost = Counting.of(SCHEMA, document, {}).measure(document.definitions[0])
    assert cost.fields == 10**12
    assert len(measured) == 42


async def test_introspection_is_allowed(ask: Ask) -> None:
    assert (await ask(get_introspection_query()))["__schema"]["types"]


async def test_cost_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", json={"query": "{ incidents(first: 2) { nodes { id } } }"})
    assert answer.json()["extensions"] == {"cost": 5}


async def test_a_slow_answer_times_out(
    hub: Hub, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async def never(_work: Value) -> Value:
        await asyncio.sleep(60)

    monkeypatch.setattr(hub.database, "read", never)
    hub.config = replace(hub.config, graphql=replace(hub.config.graphql, deadline_seconds=0.05))
    from httpx import ASGITransport, AsyncClient
    from incident_hub.api.graphql import graphql_app

    async with AsyncClient(transport=ASGITransport(graphql_app(hub)), base_url="http://hub") as quick:
        answer = await quick.post("/", json={"query": "{ incidents { nodes { id } } }"})
    assert answer.status_code == 504
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DatabaseUnavailableError("host db.internal refused"), 503, "SERVICE_UNAVAILABLE"),
        (RuntimeError("password=hunter2"), 500, "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_insides_do_not_leak(
    hub: Hub,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Value,
    status: Value,
    code: Value,
) -> None:
    async def fails(_work: Value) -> Value:
        raise error

    monkeypatch.setattr(hub.database, "read", fails)
    answer = await client.post("/", json={"query": "{ incidents { nodes { id } } }"})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert str(error) not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)


async def test_names_are_not_suggested(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", json={"query": "{ versio incident(id: 1) { titl } }"})
    assert "Did you mean" not in answer.text


def test_the_schema_text_is_the_same_each_time() -> None:
    assert export_sdl() == export_sdl()
    assert "interface UserError" in export_sdl()
