"""All doors behind one Starlette application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from incident_hub.api.alertmanager import alertmanager_routes
from incident_hub.api.calendars import calendar_routes
from incident_hub.api.direct import Application
from incident_hub.api.errors import HttpError, as_http_error, error_answer
from incident_hub.api.exact import ExactRoute
from incident_hub.api.graphql.app import graphql_app
from incident_hub.api.health import health_routes
from incident_hub.api.metrics import metrics_routes
from incident_hub.api.plugin_routes import plugin_routes
from incident_hub.api.webhooks import webhook_routes
from incident_hub.hub import Hub

__all__ = ["create_app"]


def create_app(hub: Hub) -> Application:
    """The application of one hub, which starts and stops with it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        try:
            yield
        finally:
            await hub.stop()

    routes = [
        *webhook_routes(hub),
        *alertmanager_routes(hub),
        *health_routes(hub),
        *metrics_routes(hub),
        *calendar_routes(hub),
        ExactRoute("/graphql", "/graphql/", "/graphql/ws", app=graphql_app(hub)),
        *plugin_routes(hub),
    ]
    handlers = {HTTPException: _refused, Exception: _failed}
    return Application(routes=routes, failed=_failed, lifespan=lifespan, exception_handlers=handlers)


async def _refused(_request: Request, error: HTTPException) -> Response:
    codes = {404: "not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "refused")
    headers = dict(error.headers or {})
    return error_answer(HttpError(error.status_code, code, str(error.detail), headers=headers))


async def _failed(_request: Request, error: Exception) -> Response:
    """An expected error that a door left to us is a refusal; the rest is ours, logged and not shown."""
    refusal = as_http_error(error)
    return error_answer(refusal or HttpError(500, "internal_error", "the hub failed; its log says why"))
