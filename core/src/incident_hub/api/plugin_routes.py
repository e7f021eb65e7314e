"""Routes of plugins, at `/-/plugins/<name>/...`: found by path, called behind the dispatcher."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from incident_hub_hookspecs import DeliveryError, PayloadError, PluginError, RouteRequest, SignatureError
from incident_hub_hookspecs import Route as PluginRoute
from starlette.datastructures import QueryParams
from starlette.routing import BaseRoute, Route, compile_path
from starlette.types import Receive, Scope, Send

from incident_hub.api.bodies import header_map, read_body
from incident_hub.api.errors import HttpError, as_http_error, error_answer
from incident_hub.api.graphql.context import viewer_of
from incident_hub.api.plugin_answers import Answer, answer_of
from incident_hub.api.services import Services
from incident_hub.host.circuit import CircuitOpenError
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.dispatch import Call
from incident_hub.host.guard import RateLimitedError

__all__ = ["plugin_routes"]

_CIRCUIT = "routes"
_PREFIX = "/-/plugins/"


def plugin_routes(services: Services) -> list[BaseRoute]:
    """One route of the hub's for all of the plugins'; it comes behind the core's."""
    return [Route(_PREFIX + "{path:path}", PluginDoor(services))]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A plugin's route with its pattern."""

    pattern: re.Pattern[str]
    given: PluginRoute


class PluginDoor:
    """Finds the route, reads the body, calls the plugin, and checks what it answers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, list[_Compiled]] = {
            plugin: [_Compiled(compile_path(route.path)[0], route) for route in routes]
            for plugin, routes in services.registry.routes.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        try:
            answer = await self._answer(scope, receive)
        except Exception as error:
            refusal = as_http_error(error)
            if refusal is None:
                raise
            await error_answer(refusal)(scope, receive, send)
        else:
            await answer.send(send, bodiless=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        plugin, _, rest = scope["path"].removeprefix(_PREFIX).partition("/")
        route, method, params = self._found(plugin, f"/{rest}", scope["method"])
        config = self._services.config
        headers = header_map(scope)
        request = RouteRequest(
            method,
            scope["path"],
            params,
            MappingProxyType(dict(QueryParams(scope["query_string"]))),
            MappingProxyType(headers),
            await read_body(scope, receive, config.intake.max_body_bytes),
            viewer_of(headers).actor,
        )
        call = Call(plugin, route.endpoint, (request,), {"circuit": _CIRCUIT})
        (outcome,) = await self._services.dispatcher.gather([call], config.plugin_calls.deadline_seconds)
        if outcome.error is not None:
            raise _refusal(plugin, outcome.error) from outcome.error
        return answer_of(plugin, outcome.value, config.plugin_calls.max_response_bytes)

    def _found(self, plugin: str, path: str, method: str) -> tuple[PluginRoute, str, Mapping[str, str]]:
        """The route, the method it is called with, and what its braces took."""
        routes = self._known.get(plugin, ()) if plugin in self._services.registry.routes else ()
        if not routes:
            raise _unknown(plugin, self._services.registry.routes)
        fitting = [(one.given, found) for one in routes if (found := one.pattern.fullmatch(path))]
        if not fitting:
            raise HttpError(404, "not_found", f"the plugin {plugin} has no route {path}")
        for wanted in (method, "GET") if method == "HEAD" else (method,):
            for route, found in fitting:
                if wanted in route.methods:
                    return route, wanted, MappingProxyType(found.groupdict())
        raise _not_allowed(plugin, path, method, [route for route, _ in fitting])


def _unknown(plugin: str, known: Mapping[str, object]) -> HttpError:
    hint = did_you_mean(plugin, known)
    told = f"no plugin `{plugin}` serves routes here{hint}; `incident-hub plugins list` shows who serves"
    return HttpError(404, "not_found", told)


def _not_allowed(plugin: str, path: str, method: str, routes: Sequence[PluginRoute]) -> HttpError:
    allowed = sorted({one for route in routes for one in route.methods})
    if "GET" in allowed and "HEAD" not in allowed:
        allowed.append("HEAD")
    told = f"{path} of the plugin {plugin} takes {', '.join(allowed)}, not {method}"
    return HttpError(405, "method_not_allowed", told, headers={"Allow": ", ".join(allowed)})


def _refusal(plugin: str, error: BaseException) -> HttpError:
    """What a plugin raised: its own words for what the sender did wrong, else its name and no insides."""
    if isinstance(error, PayloadError | SignatureError) and (refusal := as_http_error(error)):
        return refusal
    if isinstance(error, CircuitOpenError | RateLimitedError):
        wait = str(max(1, round(getattr(error, "retry_after", 1.0))))
        told = f"the plugin {plugin} is not called now: {error}"
        return HttpError(503, "plugin_unavailable", told, headers={"Retry-After": wait})
    if isinstance(error, TimeoutError):
        return HttpError(504, "plugin_timeout", f"the plugin {plugin} gave no answer in time")
    said = str(error) if isinstance(error, DeliveryError | PluginError) else type(error).__name__
    return HttpError(502, "plugin_failed", f"the plugin {plugin} failed: {said}")
