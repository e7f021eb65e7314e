"""The HTTP side: POST application/json in, JSON or an event stream out."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from graphql import GraphQLError, OperationType
from incident_hub_hookspecs import PayloadError
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from incident_hub.api.graphql.body import BodyTooLargeError, ClientGoneError, read_body
from incident_hub.api.graphql.context import HubServices, RequestContext, viewer_of
from incident_hub.api.graphql.engine import Answer, Engine, GraphQLRequest, encode
from incident_hub.api.graphql.errors import Code, RefusedError, bad_input, coded
from incident_hub.api.graphql.sharing import Sharing, SubscriberLagsError, lagging_payload
from incident_hub.api.graphql.sse import send_stream
from incident_hub.host.json_body import decode_json

__all__ = ["HttpDoor", "request_of"]

_log = logging.getLogger(__name__)
_RETRY_AFTER = "2"
_JSON = "application/json"
_EVENTS = "text/event-stream"


def request_of(data: object) -> GraphQLRequest:
    """The request in a decoded body, or `RefusedError`."""
    if not isinstance(data, Mapping):
        raise RefusedError([bad_input("the body must be a JSON object; batches are not accepted")])
    query, variables = data.get("query"), data.get("variables")
    name = data.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise RefusedError([bad_input("query must be the text of a GraphQL document")])
    if "\0" in query or "\\u0000" in query or "\\u{0" in query:
        raise RefusedError([bad_input("query must not hold NUL characters")])
    if variables is not None and not isinstance(variables, Mapping):
        raise RefusedError([bad_input("variables must be an object")])
    if name is not None and not isinstance(name, str):
        raise RefusedError([bad_input("operationName must be text")])
    return GraphQLRequest(query, variables or {}, name or None)


class HttpDoor:
    """Answers one HTTP request."""

    def __init__(self, engine: Engine, sharing: Sharing, services: HubServices) -> None:
        self._engine = engine
        self._sharing = sharing
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, check, run, answer."""
        headers = Headers(scope=scope)
        try:
            response = self._early(scope["method"], headers) or await self._response(receive, send, headers)
        except ClientGoneError:
            return
        except BodyTooLargeError as error:
            response = _refusal(str(error), Code.TOO_LARGE, 413)
        except PayloadError as error:
            response = _refusal(error.message, Code.BAD_INPUT, 400)
        except RefusedError as refused:
            response = _response(Answer(encode(None, refused.errors), refused.status))
        if response is not None:
            await response(scope, receive, send)

    async def _response(self, receive: Receive, send: Send, headers: Headers) -> Response | None:
        """The answer, or None when it was streamed."""
        body = await read_body(receive, headers, self._services.config.graphql.max_body_bytes)
        request = request_of(decode_json(body))
        if _EVENTS not in headers.get("accept", ""):
            return _response(await self._answer(request, headers))
        _, operation, _ = self._engine.prepare(request)
        subscribing = operation.operation is OperationType.SUBSCRIPTION
        payloads = (
            self._followed(request, headers) if subscribing else _once(await self._answer(request, headers))
        )
        async with aclosing(payloads):
            await send_stream(payloads, receive, send)
        return None

    def _early(self, method: str, headers: Headers) -> Response | None:
        """Requests that are answered without being read."""
        if method == "GET" and self._services.config.dev and "text/html" in headers.get("accept", ""):
            return HTMLResponse(get_graphql_ide_html())
        if method != "POST":
            return _refusal("send a POST with application/json", Code.BAD_INPUT, 405, allow="POST")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
            return _refusal(f"the content type must be {_JSON}", Code.BAD_INPUT, 415)
        if headers.get("content-encoding", "identity").lower() != "identity":
            return _refusal("the body must not be compressed", Code.BAD_INPUT, 415)
        return None

    async def _answer(self, request: GraphQLRequest, headers: Headers) -> Answer:
        try:
            return await self._engine.run(request, RequestContext(self._services, viewer_of(headers)))
        except Exception:
            _log.exception("a GraphQL request failed outside of its resolvers")
            return Answer(encode(None, [coded("internal error", Code.INTERNAL)]), 500)

    async def _followed(self, request: GraphQLRequest, headers: Headers) -> AsyncGenerator[bytes, None]:
        source = self._sharing.payloads(request, viewer_of(headers))
        try:
            async with aclosing(source):
                async for payload in source:
                    yield payload
        except SubscriberLagsError:
            yield lagging_payload()
        except RefusedError as refused:
            yield encode(None, refused.errors)


async def _once(answer: Answer) -> AsyncGenerator[bytes, None]:
    yield answer.body


def _refusal(message: str, code: str, status: int, **headers: str) -> Response:
    errors: list[GraphQLError] = [coded(message, code)]
    return Response(encode(None, errors), status, headers, media_type=_JSON)


def _response(answer: Answer) -> Response:
    headers = {"retry-after": _RETRY_AFTER} if answer.status == 503 else None
    return Response(answer.body, answer.status, headers, media_type=_JSON)
