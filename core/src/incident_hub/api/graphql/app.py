"""The GraphQL door as one ASGI application, to be mounted at /graphql."""

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from incident_hub.api.graphql.context import HubServices
from incident_hub.api.graphql.engine import Engine
from incident_hub.api.graphql.http import HttpDoor
from incident_hub.api.graphql.schema import build_schema
from incident_hub.api.graphql.sharing import Sharing
from incident_hub.api.graphql.websocket import WebSocketDoor
from incident_hub.host.strict import insist

__all__ = ["graphql_app"]


def graphql_app(services: HubServices) -> ASGIApp:
    """Queries, mutations and subscriptions over HTTP, server-sent events and graphql-transport-ws.

    A plugin whose part of the schema does not fit has failed when this returns; in strict mode that is a
    `PluginLoadError`.
    """
    schema, owners = build_schema(services.registry)
    insist(services.config, services.registry)
    engine = Engine(schema._schema, services.config.graphql, owners)
    sharing = Sharing(engine, services)
    doors: dict[str, Callable[[Scope, Receive, Send], Any]] = {
        "http": HttpDoor(engine, sharing, services),
        "websocket": WebSocketDoor(schema, engine, sharing, services),
    }

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await doors[scope["type"]](scope, receive, send)

    return app
