"""What a plugin adds to the schema answers like the core's own, and its faults cost only its fields."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import httpx
import pytest
import strawberry
from graphql import GraphQLError
from incident_hub.api.graphql.sharing import Shared, Subscriber
from incident_hub.host.config import PluginCallsConfig
from incident_hub.testing.template import sqlite_copy
from incident_hub_hookspecs import GraphQLPart, Incident, IncidentPart, PayloadError, Severity
from strawberry.permission import BasePermission
from strawberry.scalars import JSON

Hub = Any  # the small hub of conftest
ClientOf = Callable[[Hub], httpx.AsyncClient]
Plugged = Callable[..., Awaitable[dict[str, Any]]]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MISFIT = "the plugin geo failed: its answer does not fit the schema"


@strawberry.enum
class GeoKind(Enum):
    LAND = 1
    SEA = 2


@strawberry.type
class GeoSite:
    city: str = "Bergen"
    worst: Severity = Severity.P1
    kind: GeoKind = GeoKind.SEA
    at: datetime = NOON
    more: JSON = strawberry.field(default_factory=lambda: {"a": ["ø", 1]})
    tide: int | None = None


@strawberry.input
class GeoPlace:
    city: str
    at: datetime
    worst: Severity = Severity.P4


class Nobody(BasePermission):
    message = "not for you"

    def has_permission(self, *_: object, **__: object) -> bool:
        return False


class Counted:
    made = 0

    @classmethod
    def count(cls) -> int:
        cls.made += 1
        return cls.made


class Leaves:
    """An object whose attributes do more than they should."""

    @property
    def city(self) -> str:
        raise SystemExit(3)


@strawberry.type
class GeoQuery:
    made: int = strawberry.field(default_factory=Counted.count)
    hidden: str = strawberry.field(default="secret", permission_classes=[Nobody])

    @strawberry.field
    async def site(self) -> GeoSite:
        return GeoSite()

    @strawberry.field
    async def actor(self, info: strawberry.Info) -> str:
        assert vars(type(info.context)).keys() & {"services", "loaders", "viewer"} == set()
        return str(info.context.actor)

    @strawberry.field
    def thread(self) -> str:
        return threading.current_thread().name

    @strawberry.field
    async def refused(self, how: str) -> str:
        raise GraphQLError("no such place") if how == "graphql" else PayloadError("bad_city", "no such city")

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError("password=hunter2")

    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.sleep(60)
        return "late"

    @strawberry.field
    async def leaves(self) -> str | None:
        raise SystemExit(3)

    @strawberry.field
    async def exits(self) -> GeoSite | None:
        return Leaves()  # type: ignore[return-value]

    @strawberry.field
    async def named(self, plugin: str, resolve: str, source: str) -> str:
        return plugin + resolve + source

    @strawberry.field
    def threads(self, plugin: str, resolve: str, source: str, threads: str) -> str:
        return plugin + resolve + source + threads

    @strawberry.field
    async def half(self) -> str:
        return "half \ud83d a character"

    @strawberry.field
    async def wrong(self) -> GeoSite:
        return GeoSite(tide="high")  # type: ignore[arg-type]

    @strawberry.field
    async def unwritable(self) -> JSON:
        return JSON({"it": object()})


@strawberry.type
class GeoMutation:
    @strawberry.mutation
    async def move(self, to: GeoPlace) -> GeoSite:
        assert to.at.tzinfo is UTC
        return GeoSite(city=to.city, at=to.at, worst=to.worst)


async def ticks(info: strawberry.Info, count: int = 2) -> AsyncIterator[GeoSite]:
    for number in range(count):
        yield GeoSite(city=f"{info.context.actor} {number}")
    if count > 2:
        raise ValueError("password=hunter2")


async def load(incidents: Sequence[Incident]) -> Sequence[GeoSite]:
    return [GeoSite() for _ in incidents]


def part() -> dict[str, GraphQLPart]:
    return {"geo": GraphQLPart(GeoQuery, GeoMutation, ticks, IncidentPart(GeoSite, load))}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Which database it is does not matter here."""
    return sqlite_copy(tmp_path / "hub.db")


async def test_a_root_field_answers_with_every_kind_of_value(plugged: Plugged) -> None:
    found = await plugged("{ geo { site { city worst kind at more tide } } }", part())
    assert found["data"]["geo"]["site"] == {
        "city": "Bergen", "worst": "P1", "kind": "SEA", "at": "2026-01-01T12:00:00Z",
        "more": {"a": ["ø", 1]}, "tide": None,
    }  # fmt: skip


async def test_one_root_object_serves_a_whole_request_and_no_second_one(plugged: Plugged) -> None:
    first = (await plugged("{ a: geo { made } b: geo { made } }", part()))["data"]
    second = (await plugged("{ geo { made } }", part()))["data"]
    assert first["a"] == first["b"] != second["geo"]


async def test_a_mutation_gets_typed_input(plugged: Plugged) -> None:
    found = await plugged(
        'mutation($at: DateTime!) { geo { move(to: {city: "Oslo", at: $at, worst: P0}) { city at worst } } }',
        part(),
        at="2026-02-01T01:00:00+01:00",
    )
    assert found["data"]["geo"]["move"] == {"city": "Oslo", "at": "2026-02-01T00:00:00Z", "worst": "P0"}


@pytest.mark.parametrize(
    ("field", "told", "code"),
    [
        ("broken", "the plugin geo failed: ValueError", "PLUGIN_FAILED"),
        ("leaves", "the plugin geo failed: SystemExit", "PLUGIN_FAILED"),
        ("exits { city }", "the plugin geo failed: SystemExit", "PLUGIN_FAILED"),
        ('refused(how: "graphql")', "no such place", "BAD_USER_INPUT"),
        ('refused(how: "payload")', "no such city", "BAD_USER_INPUT"),
        ("hidden", "not for you", "BAD_USER_INPUT"),
        (
            "wrong { tide }",
            f"{MISFIT}: Int cannot represent non-integer value: 'high'",
            "PLUGIN_FAILED",
        ),
        ("unwritable", "the plugin geo failed: TypeError", "PLUGIN_FAILED"),
    ],
)
async def test_a_resolver_that_fails_is_an_error_of_its_field_with_the_plugins_name(
    plugged: Plugged, field: str, told: str, code: str
) -> None:
    found = await plugged("{ version geo { " + field + " } }", part())
    (error,) = found["errors"]
    assert (error["message"], error["extensions"]["code"]) == (told, code)
    assert error["extensions"]["plugin"] == "geo"
    assert found["data"]["version"]
    assert "hunter2" not in str(found)


async def test_arguments_may_have_any_name(plugged: Plugged) -> None:
    given = 'plugin: "a", resolve: "b", source: "c"'
    found = await plugged(f'{{ geo {{ named({given}) threads({given}, threads: "d") }} }}', part())
    assert found["data"]["geo"] == {"named": "abc", "threads": "abcd"}


async def test_a_root_object_that_cannot_be_made_costs_its_field(plugged: Plugged) -> None:
    def leave() -> str:
        raise SystemExit(3)

    @strawberry.type
    class GeoRoot:
        city: str = ""

        def __post_init__(self) -> None:
            leave()

    found = await plugged("{ version geo { city } }", {"geo": GraphQLPart(GeoRoot)})
    assert found["data"]["geo"] is None
    assert found["errors"][0]["message"] == "the plugin geo failed: SystemExit"


async def test_half_a_character_does_not_cost_the_answer(plugged: Plugged) -> None:
    assert (await plugged("{ geo { half } }", part()))["data"]["geo"]["half"] == "half ? a character"


async def test_a_resolver_that_hangs_costs_its_field_before_the_document_runs_out_of_time(
    hub: Hub, plugged: Plugged
) -> None:
    hub.config = replace(hub.config, plugin_calls=PluginCallsConfig(deadline_seconds=0.05))
    found = await plugged("{ version geo { slow } }", part())
    assert found["data"]["geo"] == {"slow": None}
    assert found["errors"][0]["extensions"] == {"code": "TIMEOUT", "plugin": "geo"}
    hub.config = replace(
        hub.config,
        plugin_calls=PluginCallsConfig(),
        graphql=replace(hub.config.graphql, deadline_seconds=0.2),
    )
    assert (await plugged("{ version geo { slow } }", part()))["data"]["version"]


async def test_a_resolver_that_blocks_runs_in_a_thread_of_the_plugin(plugged: Plugged) -> None:
    aliases = " ".join(f"t{n}: thread" for n in range(20))
    found = (await plugged("{ geo { " + aliases + " } }", part()))["data"]["geo"]
    assert set(found.values()) == {"plugin-geo"}


async def test_a_resolver_learns_who_asks_and_nothing_of_the_hub(hub: Hub, client_of: ClientOf) -> None:
    hub.plug(**part())
    async with client_of(hub) as client:
        query = {"query": "{ geo { actor } }"}
        answer = await client.post("/", json=query, headers={"x-actor": "ada"})
    assert answer.json() == {"data": {"geo": {"actor": "ada"}}, "extensions": {"cost": 2}}


async def test_what_a_client_got_wrong_opens_no_circuit_and_what_failed_does(
    hub: Hub, client_of: ClientOf
) -> None:
    hub.plug(**part())
    record = hub.registry.records["geo"]
    async with client_of(hub) as client:
        for field in ['refused(how: "graphql")'] * 6 + ["broken"] * 5:
            assert record.status == "active"
            await client.post("/", json={"query": "{ geo { " + field + " } }"})
        answer = await client.post("/", json={"query": "{ geo { site { city } } }"})
    assert record.status == "degraded"
    assert (record.calls, record.errors) == (11, 5)
    assert answer.json()["errors"][0]["extensions"]["code"] == "PLUGIN_UNAVAILABLE"


async def test_a_circuit_of_resolvers_leaves_the_plugins_other_calls_alone(
    hub: Hub, client_of: ClientOf
) -> None:
    hub.plug(**part())
    async with client_of(hub) as client:
        for _ in range(5):
            await client.post("/", json={"query": "{ geo { broken } }"})
    assert (await hub.dispatcher.call("geo", load, [1], deadline=1)).ok


async def follow(hub: Hub, client_of: ClientOf, query: str) -> str:
    hub.plug(**part())
    async with client_of(hub) as client:
        headers = {"accept": "text/event-stream"}
        return (await client.post("/", json={"query": query}, headers=headers)).text


async def test_a_subscription_is_a_root_field_of_its_own(hub: Hub, client_of: ClientOf) -> None:
    told = await follow(hub, client_of, "subscription { geo { city } }")
    assert [line for line in told.splitlines() if line.startswith("data: ")] == [
        'data: {"data":{"geo":{"city":"subscription 0"}}}',
        'data: {"data":{"geo":{"city":"subscription 1"}}}',
    ]


async def test_a_subscription_that_fails_says_whose_it_was(hub: Hub, client_of: ClientOf) -> None:
    told = await follow(hub, client_of, "subscription { geo(count: 3) { city } }")
    assert '"message":"the plugin geo failed: ValueError"' in told
    assert "hunter2" not in told


async def test_subscribers_of_one_text_share_one_run(
    hub: Hub, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined: list[Shared] = []
    join = Shared.join

    def counted(self: Shared) -> Subscriber:
        joined.append(self)
        return join(self)

    async def gated() -> AsyncIterator[GeoSite]:
        while len(joined) < 2:  # noqa: ASYNC110 - the count is all there is
            await asyncio.sleep(0.01)
        yield GeoSite()

    monkeypatch.setattr(Shared, "join", counted)
    hub.plug(geo=GraphQLPart(subscription=gated))
    async with client_of(hub) as client:
        request = {
            "json": {"query": "subscription { geo { city } }"},
            "headers": {"accept": "text/event-stream"},
        }
        told = await asyncio.gather(*(client.post("/", **request) for _ in range(2)))  # type: ignore[arg-type]
    assert len(set(joined)) == 1
    assert [one.text.count("Bergen") for one in told] == [1, 1]


async def test_lists_of_a_plugin_count_for_the_cost(hub: Hub, plugged: Plugged) -> None:
    hub.config = replace(hub.config, graphql=replace(hub.config.graphql, max_cost=100))
    found = await plugged("{ incidents(first: 100) { nodes { geo { city } } } }", part())
    assert found["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
