"""graphql-transport-ws: strawberry's handler, with shared execution and sends that do not wait for ever."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any, cast

import orjson
from graphql import GraphQLError, OperationType
from incident_hub_hookspecs import PayloadError
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived, WebSocketDisconnected
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from incident_hub.api.graphql.context import HubServices, RequestContext, viewer_of
from incident_hub.api.graphql.cut import cut
from incident_hub.api.graphql.engine import Engine, GraphQLRequest
from incident_hub.api.graphql.errors import Code, RefusedError, coded
from incident_hub.api.graphql.http import request_of
from incident_hub.api.graphql.sharing import Sharing, SubscriberLagsError
from incident_hub.host.json_body import decode_json

__all__ = ["WebSocketDoor"]

_log = logging.getLogger(__name__)
_INIT = timedelta(seconds=5)
_SEND_SECONDS = 10.0
_CLOSE_SECONDS = 5.0
_OPERATIONS = 100
_LAGS = "reads too slowly; subscribe again with after: the last cursor"


class Adapter(ASGIWebSocketAdapter):
    """Reads bounded, sound messages; a send that takes too long ends the connection."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Each message, decoded."""
        most = cast("WebSocketDoor", self.view).services.config.graphql.max_body_bytes
        del ignore_parsing_errors
        with suppress(WebSocketDisconnect):
            while True:
                message = await self.ws.receive()
                if message["type"] == "websocket.disconnect":
                    return
                text = message.get("text")
                if text is None:
                    raise NonTextMessageReceived
                if len(text) > most or len(raw := text.encode("utf-8", "surrogatepass")) > most:
                    await self.close(1009, f"a message may have {most} bytes")
                    return
                try:
                    data = decode_json(raw)
                except PayloadError as error:
                    raise NonJsonMessageReceived from error
                if not isinstance(data, dict):
                    raise NonJsonMessageReceived
                yield data

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a small message of the protocol."""
        await self.send_text(orjson.dumps(message, default=str).decode())

    async def send_text(self, text: str) -> None:
        """Send, or give the connection up."""
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await self.ws.send({"type": "websocket.send", "text": text})
        except TimeoutError as error:
            await self.close(1013, _LAGS)
            raise WebSocketDisconnected from error
        except (WebSocketDisconnect, RuntimeError) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close; a peer that does not read cannot hold the server up."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.ws.close(code=code, reason=reason[:120])
        except TimeoutError:
            cut(self.ws._send)
        except (WebSocketDisconnect, RuntimeError):
            return


class Handler(BaseGraphQLTransportWSHandler[RequestContext, None]):
    """Attaches subscriptions to shared executions; queries and mutations run once each."""

    async def handle_message(self, message: Any) -> None:  # noqa: ANN401 - what a client sent
        """Refuse a message of the wrong shape before the protocol looks at it."""
        subscribing = message.get("type") == "subscribe"
        if subscribing and not (
            isinstance(message.get("id"), str) and isinstance(message.get("payload"), dict)
        ):
            await self.handle_invalid_message("subscribe needs an id and a payload")
        elif message.get("type") == "complete" and not isinstance(message.get("id"), str):
            await self.handle_invalid_message("complete needs an id")
        else:
            await super().handle_message(message)

    async def handle_subscribe(self, message: Any) -> None:  # noqa: ANN401
        """Start an operation; a payload without a query is an error of that operation."""
        message["payload"].setdefault("query", None)
        await super().handle_subscribe(message)

    async def run_operation(self, operation: Operation[RequestContext, None]) -> None:
        """Run one operation to its end."""
        door = cast("WebSocketDoor", self.view)
        try:
            request = _request(operation)
            _, chosen, _ = door.engine.prepare(request)
            if chosen.operation is OperationType.SUBSCRIPTION:
                await self._follow(operation, door.sharing.payloads(request, self.context.viewer))
            else:
                context = RequestContext(self.context.services, self.context.viewer)
                await self._next(operation, (await door.engine.run(request, context)).body)
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except RefusedError as refused:
            await self._error(operation, refused.errors)
        except SubscriberLagsError:
            await self._error(operation, [coded(f"this subscriber {_LAGS}", Code.SLOW)])
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)
        except Exception:
            _log.exception("an operation failed outside of its resolvers")
            await self._error(operation, [coded("internal error", Code.INTERNAL)])

    async def _follow(self, operation: Operation[RequestContext, None], source: AsyncIterator[bytes]) -> None:
        async with aclosing(cast("AsyncGenerator[bytes, None]", source)):
            async for payload in source:
                await self._next(operation, payload)

    async def _next(self, operation: Operation[RequestContext, None], payload: bytes) -> None:
        if not operation.completed:
            head = b'{"id":' + orjson.dumps(operation.id) + b',"type":"next","payload":'
            await cast("Adapter", self.websocket).send_text((head + payload + b"}").decode())

    async def _error(self, operation: Operation[RequestContext, None], errors: list[GraphQLError]) -> None:
        with suppress(WebSocketDisconnected):
            await operation.send_initial_errors(errors)


def _request(operation: Operation[RequestContext, None]) -> GraphQLRequest:
    return request_of(
        {
            "query": operation.query,
            "variables": operation.variables,
            "operationName": operation.operation_name,
        }
    )


class WebSocketDoor(GraphQL[RequestContext, None]):
    """Strawberry's ASGI class for WebSockets only; HTTP has its own door."""

    websocket_adapter_class = Adapter
    graphql_transport_ws_handler_class = Handler

    def __init__(self, schema: BaseSchema, engine: Engine, sharing: Sharing, services: HubServices) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=_INIT,
            max_subscriptions_per_connection=_OPERATIONS,
        )
        self.engine = engine
        self.sharing = sharing
        self.services = services

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> RequestContext:
        """Who is connected."""
        del response
        return RequestContext(self.services, viewer_of(request.headers))
