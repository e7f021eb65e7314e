"""Routes of plugins: what a sender or a plugin does wrong is a clear answer that names the plugin."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from incident_hub.host.config import HubConfig, IntakeConfig, PluginCallsConfig
from incident_hub.hub import Hub
from incident_hub.testing.template import sqlite_copy
from incident_hub_hookspecs import (
    DeliveryError,
    GraphQLPart,
    PayloadError,
    PluginContext,
    Route,
    RouteRequest,
    RouteResponse,
    SignatureError,
    hookimpl,
)

Answer = Callable[[RouteRequest], object]
answers: dict[str, Answer] = {}


async def echo(request: RouteRequest) -> RouteResponse:
    return RouteResponse(
        {
            "method": request.method,
            "path": request.path,
            "params": dict(request.path_params),
            "query": dict(request.query),
            "trace": request.header("X-Trace"),
            "body": request.body.decode(),
            "actor": request.actor,
        },
        headers={"X-Made-By": "mine", "Connection": "close", "Content-Length": "7"},
    )


async def odd(request: RouteRequest) -> RouteResponse:
    """Answers, or raises, what the test wants."""
    answer: Any = answers["now"](request)
    if isinstance(answer, BaseException):
        raise answer
    return await answer if asyncio.iscoroutine(answer) else answer


@hookimpl
def register_routes() -> Sequence[Route]:
    return [
        Route("/", echo),
        Route("/sites/{site}/rooms/{room_id}", echo, ("GET", "POST")),
        Route("/odd", odd),
        Route("/odd", odd, ("DELETE",)),
        Route("/slashed/", echo),
    ]


@pytest.fixture
async def hub(tmp_path: Path) -> Hub:
    config = HubConfig(
        database_url=sqlite_copy(tmp_path / "hub.db"),
        data_dir=tmp_path,
        intake=IntakeConfig(max_body_bytes=100),
        plugin_calls=PluginCallsConfig(deadline_seconds=0.2, max_response_bytes=1000),
    )
    return await Hub.create(
        config, plugins=[("mine", SimpleNamespace(register_routes=register_routes))], workers=False
    )


async def test_an_endpoint_gets_all_of_the_request(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/-/plugins/mine/sites/b%C3%A5t/rooms/7?q=1&q=2&r=",
        content=b"hi",
        headers={"x-actor": "ada", "x-trace": "t"},
    )
    assert answer.json() == {
        "method": "POST", "path": "/-/plugins/mine/sites/båt/rooms/7", "params": {"site": "båt", "room_id": "7"},
        "query": {"q": "2", "r": ""}, "trace": "t", "body": "hi", "actor": "ada",
    }  # fmt: skip
    assert answer.headers["x-made-by"] == "mine"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "connection" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "/"])
async def test_the_root_of_a_plugin_needs_no_slash(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/-/plugins/mine{path}")).json()["method"] == "GET"


async def test_head_is_answered_like_get_without_the_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/-/plugins/mine/")
    whole = await client.get("/-/plugins/mine/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "told"),
    [
        (
            "GET",
            "/-/plugins/minee/odd",
            404,
            "not_found",
            "serves routes here; did you mean `mine`",
        ),
        (
            "GET",
            "/-/plugins/parser_generic/",
            404,
            "not_found",
            "`incident-hub plugins list` shows who serves",
        ),
        ("GET", "/-/plugins/mine/nowhere", 404, "not_found", "the plugin mine has no route /nowhere"),
        ("GET", "/-/plugins/mine/slashed", 404, "not_found", "the plugin mine has no route /slashed"),
        ("GET", "/-/plugins/mine/odd%0A", 404, "not_found", "the plugin mine has no route"),
        ("GET", "/-/plugins/mine/sites/a%2Fb/rooms/1", 404, "not_found", "the plugin mine has no route"),
        ("PUT", "/-/plugins/mine/odd", 405, "method_not_allowed", "takes DELETE, GET, HEAD, not PUT"),
        ("GET", "/-/plugins/", 404, "not_found", ""),
    ],
)
async def test_a_request_that_fits_nothing_is_told_so(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str, told: str
) -> None:
    answer = await client.request(method, path)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert told in error["message"]


async def test_the_methods_that_are_allowed_are_in_the_header(client: httpx.AsyncClient) -> None:
    assert (await client.put("/-/plugins/mine/odd")).headers["allow"] == "DELETE, GET, HEAD"


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"content": b"x" * 101}, 413, "body_too_large"),
        ({"content": b"x", "headers": {"content-encoding": "gzip"}}, 415, "unsupported_encoding"),
    ],
)
async def test_a_body_that_is_not_taken_never_reaches_the_plugin(
    client: httpx.AsyncClient, options: Mapping[str, Any], status: int, code: str
) -> None:
    answer = await client.post("/-/plugins/mine/sites/a/rooms/1", **options)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def returns(**parts: object) -> Answer:
    return lambda _request: RouteResponse(**parts)  # type: ignore[arg-type]


class Swallows:
    """Goes on after its cancellation, as a plugin with a bare `except` does."""

    async def wait(self) -> RouteResponse:
        for _ in range(3):
            try:
                await asyncio.sleep(0.3)
            except asyncio.CancelledError:
                continue
        return RouteResponse("late")


@pytest.mark.parametrize(
    ("answer", "status", "code", "told"),
    [
        (lambda _: PayloadError("bad_site", "no such site", "site"), 400, "bad_site", "no such site"),
        (lambda _: SignatureError("who are you"), 401, "bad_signature", "who are you"),
        (lambda _: DeliveryError("the registry is away"), 502, "plugin_failed", "the registry is away"),
        (
            lambda _: ValueError("password=hunter2"),
            502,
            "plugin_failed",
            "the plugin mine failed: ValueError",
        ),
        (lambda _: SystemExit(3), 502, "plugin_failed", "the plugin mine failed: SystemExit"),
        (lambda _: asyncio.sleep(5), 504, "plugin_timeout", "the plugin mine gave no answer in time"),
        (lambda _: Swallows().wait(), 504, "plugin_timeout", "the plugin mine gave no answer in time"),
        (lambda _: None, 502, "bad_plugin_response", "expected a RouteResponse, got NoneType"),
        (lambda _: {"a": 1}, 502, "bad_plugin_response", "expected a RouteResponse, got dict"),
        (returns(status=99), 502, "bad_plugin_response", "the status 99 is not from 200 to 599"),
        (returns(status=101), 502, "bad_plugin_response", "the status 101 is not"),
        (returns(status="200"), 502, "bad_plugin_response", "the status '200' is not"),
        (returns(body=object()), 502, "bad_plugin_response", "the body cannot be written"),
        (returns(body="\ud83d"), 502, "bad_plugin_response", "the body cannot be written"),
        (returns(body=b"x" * 1001), 502, "bad_plugin_response", "`plugin_calls.max_response_bytes`"),
        (
            returns(headers={"X": "a\r\nSet-Cookie: b"}),
            502,
            "bad_plugin_response",
            "the header x is not text",
        ),
        (returns(headers={"X\r\nY": "a"}), 502, "bad_plugin_response", "the header name"),
        (returns(headers={"X": 1}), 502, "bad_plugin_response", "the header x is not text"),
        (returns(headers=[("a", "b")]), 502, "bad_plugin_response", "the headers are list"),
        (returns(content_type="text/x\nY: z"), 502, "bad_plugin_response", "the header content-type"),
        (returns(content_type="text/☃"), 502, "bad_plugin_response", "the header content-type"),
    ],
)
async def test_what_a_plugin_does_wrong_is_an_answer_that_names_it(
    client: httpx.AsyncClient, answer: Answer, status: int, code: str, told: str
) -> None:
    answers["now"] = answer
    got = await client.get("/-/plugins/mine/odd")
    error = got.json()["error"]
    assert (got.status_code, error["code"]) == (status, code)
    assert told in error["message"]
    assert "hunter2" not in got.text
    assert (await client.get("/-/plugins/mine/")).status_code == 200


@pytest.mark.parametrize(
    ("answer", "kind", "body"),
    [
        (returns(body=b"\x00\xff"), "application/octet-stream", b"\x00\xff"),
        (returns(body="smør"), "text/plain; charset=utf-8", "smør".encode()),
        (returns(body=["a", {"b": None}]), "application/json", b'["a",{"b":null}]'),
        (returns(body="# A", content_type="text/markdown"), "text/markdown", b"# A"),
        (returns(body="gone", status=204), None, b""),
    ],
)
async def test_bodies_of_every_kind_arrive(
    client: httpx.AsyncClient, answer: Answer, kind: str | None, body: bytes
) -> None:
    answers["now"] = answer
    got = await client.get("/-/plugins/mine/odd")
    assert (got.headers.get("content-type"), got.content) == (kind, body)


async def test_a_plugin_that_keeps_failing_is_left_alone_for_a_while(client: httpx.AsyncClient) -> None:
    answers["now"] = lambda _: ValueError()
    for _ in range(5):
        assert (await client.get("/-/plugins/mine/odd")).status_code == 502
    got = await client.get("/-/plugins/mine/odd")
    assert (got.status_code, got.json()["error"]["code"]) == (503, "plugin_unavailable")
    assert int(got.headers["retry-after"]) > 1


async def test_what_senders_do_wrong_opens_no_circuit(client: httpx.AsyncClient) -> None:
    answers["now"] = lambda _: PayloadError("bad", "bad")
    assert [(await client.get("/-/plugins/mine/odd")).status_code for _ in range(7)] == [400] * 7


async def test_a_plugin_whose_graphql_part_failed_serves_no_routes(
    tmp_path: Path, client_of: Callable[[Hub], Awaitable[httpx.AsyncClient]]
) -> None:
    @hookimpl
    def extend_graphql(context: PluginContext[Any]) -> GraphQLPart:
        return GraphQLPart(query=SimpleNamespace)

    plugin = SimpleNamespace(register_routes=register_routes, extend_graphql=extend_graphql)
    config = HubConfig(database_url=sqlite_copy(tmp_path / "other.db"), data_dir=tmp_path)
    client = await client_of(await Hub.create(config, plugins=[("mine", plugin)], workers=False))
    assert (await client.get("/-/plugins/mine/")).status_code == 404
    query = {"query": "{ plugins { name status hooks } }"}
    (shown,) = [
        one
        for one in (await client.post("/graphql", json=query)).json()["data"]["plugins"]
        if one["name"] == "mine"
    ]
    assert shown == {"name": "mine", "status": "failed", "hooks": ["extend_graphql", "register_routes"]}
