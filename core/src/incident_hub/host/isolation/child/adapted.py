"""The plugin's own functions in the form in which they are called across the line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from incident_hub_hookspecs import (
    Delivery,
    Incident,
    RouteRequest,
    RouteResponse,
    WebhookParser,
    WebhookRequest,
)

from incident_hub.host.config_tree import build
from incident_hub.host.json_body import decode_json
from incident_hub.host.threads import is_coroutine_function

__all__ = ["adapted", "parse_in_child", "serve_route"]

Texts = Mapping[str, str]
Pool = Sequence[Incident]
Places = Sequence[Sequence[int]]


def adapted(name: str, one: object) -> Callable[..., Any]:
    """A method as the hub calls it: candidates come as places in one pool, parameters are checked here."""
    function = getattr(one, name)
    if name == "correlate":
        return _through(_candidates, function)
    kind = getattr(one, "parameters", None) if name == "run" else None
    return function if kind is None else _through(partial(_checked, kind), function)


def _through(change: Callable[..., Sequence[object]], function: Callable[..., Any]) -> Callable[..., Any]:
    if is_coroutine_function(function):

        async def call(*args: object, **named: object) -> object:
            return await function(*change(*args), **named)

        return call
    return lambda *args, **named: function(*change(*args), **named)


def _candidates(pool: Pool, count: int, places: Places, *rest: object) -> Sequence[object]:
    candidates = tuple([tuple([pool[place] for place in row]) for row in places])
    return pool[:count], candidates, *rest


def _checked(
    kind: type[Any], incident: Incident, params: Mapping[str, object], *rest: object
) -> Sequence[object]:
    """Raises `ConfigError` with the path of the parameter."""
    build(kind, params, "params")
    return incident, params, *rest


def parse_in_child(parser: WebhookParser) -> Callable[..., Any]:
    """Verify, then parse, as the webhook door does."""

    def parse(slug: str, headers: Texts, query: Texts, body: bytes) -> Delivery:
        request = WebhookRequest(slug, headers, query, body, partial(decode_json, body))
        if parser.verify is not None:
            parser.verify(request)
        return parser.parse(request)

    return parse


def serve_route(endpoint: Callable[[RouteRequest], Awaitable[RouteResponse]]) -> Callable[..., Any]:
    """Serve one request; the body of the answer is made bytes here, where its kind is known."""

    async def serve(request: RouteRequest) -> tuple[bytes, int, str, Texts]:
        answer = await endpoint(request)
        if not isinstance(answer, RouteResponse):
            raise TypeError(f"expected a RouteResponse, got {type(answer).__name__}")
        body, kind = _body(answer)
        return body, answer.status, kind, answer.headers

    return serve


def _body(answer: RouteResponse) -> tuple[bytes, str]:
    if isinstance(answer.body, bytes):
        return answer.body, answer.content_type
    if isinstance(answer.body, str):
        return answer.body.encode(), answer.content_type or "text/plain; charset=utf-8"
    return orjson.dumps(answer.body), answer.content_type or "application/json"
