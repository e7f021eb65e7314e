"""What a plugin in its own process registered, as objects that the hub uses like any plugin's own."""

from collections.abc import Callable, Mapping
from typing import Any

from incident_hub_hookspecs import LlmClient, LlmKind, PluginContext, Route, RouteRequest, RouteResponse

from incident_hub.host.isolation.correlator import RemoteCorrelator
from incident_hub.host.isolation.lifespan import RemoteLifespan
from incident_hub.host.isolation.methods import CALLED, HOOKS, ROUTE, Method
from incident_hub.host.isolation.parser import RemoteParser
from incident_hub.host.isolation.remote import Given, remote
from incident_hub.host.isolation.shape import ActionShape, Shape
from incident_hub.host.isolation.supervisor import Supervisor
from incident_hub.host.registry import Contribution

__all__ = ["contribution"]


def contribution(plugin: Supervisor, shape: Shape) -> Contribution:
    """The plugin's part in the registry."""
    return Contribution(
        parsers=[RemoteParser.at(plugin, index, one.slug) for index, one in enumerate(shape.parsers)],
        classifiers=[
            remote(_fewer("classifiers", learn=learns), plugin, f"classifiers.{index}")
            for index, learns in enumerate(shape.classifiers)
        ],
        enrichers=_alike(plugin, "enrichers", shape.enrichers),
        correlators=[RemoteCorrelator(plugin, f"correlators.{index}") for index in range(shape.correlators)],
        notifiers=_alike(plugin, "notifiers", shape.notifiers),
        actions=[_action(plugin, f"actions.{index}", one) for index, one in enumerate(shape.actions)],
        llm_clients=[
            _client(plugin, f"llm_clients.{index}", one) for index, one in enumerate(shape.llm_clients)
        ],
        directories=_alike(plugin, "directories", shape.directories),
        routes=[
            Route(one.path, _endpoint(plugin, f"routes.{index}.endpoint"), one.methods)
            for index, one in enumerate(shape.routes)
        ],
        hooks={name: _hook(plugin, name) for name in shape.working},
        process=plugin,
    )


def _alike(plugin: Supervisor, room: str, count: int) -> list[Any]:
    return [remote(CALLED[room], plugin, f"{room}.{index}") for index in range(count)]


def _fewer(room: str, **has: bool) -> Mapping[str, Method]:
    """The methods of a room, without the optional ones that this object lacks: the hub looks for them."""
    return {name: method for name, method in CALLED[room].items() if has.get(name, True)}


def _action(plugin: Supervisor, place: str, shape: ActionShape) -> Any:  # noqa: ANN401 - a PlaybookAction
    """Its parameters are checked in the child, which has their dataclass."""
    return remote(
        _fewer("actions", undo=shape.undo),
        plugin,
        place,
        name=shape.name,
        idempotent=shape.idempotent,
        blast_radius=shape.blast_radius,
        parameters=None,
    )


def _client(plugin: Supervisor, place: str, kind: LlmKind) -> LlmClient:
    return LlmClient(kind, remote(CALLED[kind], plugin, place))


def _endpoint(plugin: Supervisor, place: str) -> Callable[[RouteRequest], Any]:
    async def endpoint(request: RouteRequest) -> RouteResponse:
        body, status, content_type, headers = await plugin.ask(place, ROUTE, Given((request,)))
        return RouteResponse(body, status, content_type, headers)

    return endpoint


def _hook(plugin: Supervisor, name: str) -> Callable[..., Any]:
    """A hook that runs while the hub works, called by the spec's names."""
    if name == "lifespan":
        return lambda **_: RemoteLifespan(plugin)
    method = HOOKS[name]

    async def reconfigure(*, context: PluginContext[Any]) -> None:
        await plugin.reconfigure(context.config)

    async def call(*, context: Any, **known: object) -> object:  # noqa: ANN401 - a CallContext
        return await plugin.ask(f"hooks.{name}", method, Given((), known, context, True))

    return reconfigure if name == "reconfigure" else call
