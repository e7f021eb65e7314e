"""Loading the plugin in its own process: the same steps as in the hub's, and what came of them."""

import inspect
import logging
import pkgutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from incident_hub_hookspecs import ConfigError, Learner, PluginContext, Undoable

from incident_hub.domain.clock import HubClock
from incident_hub.host.cache import PluginCache
from incident_hub.host.config_tree import build
from incident_hub.host.contributions import COMMANDS, collect, config_class, hooks_manager, registered_hooks
from incident_hub.host.handed import NoTables
from incident_hub.host.isolation.child.adapted import adapted, parse_in_child, serve_route
from incident_hub.host.isolation.child.lifespan import Lifespan
from incident_hub.host.isolation.methods import ASKED, CALLED, HOOKS, PARSE, ROUTE, Method
from incident_hub.host.isolation.remote import Other, remote
from incident_hub.host.isolation.shape import ActionShape, Order, ParserShape, RouteShape, Shape
from incident_hub.host.registry import Contribution

__all__ = ["Loaded", "Target", "load"]
_REFUSED = ("register_migrations", "extend_graphql", "register_commands")
_ALIKE = ("classifiers", "enrichers", "correlators", "notifiers", "actions", "directories")


@dataclass(frozen=True, slots=True)
class Target:
    """Something the hub can call."""

    function: Callable[..., Any]
    method: Method


@dataclass(slots=True)
class Loaded:
    """The plugin, ready to be called. `context` changes when the plugin is reconfigured."""

    context: PluginContext[Any]
    shape: Shape
    targets: dict[str, Target]


def load(order: Order, hub: Other, report: Callable[[str], None]) -> Loaded:
    """Import the plugin, build its settings, let it register. Raises what the plugin raises."""
    manager = hooks_manager()
    plugin = pkgutil.resolve_name(order.target)
    hooks = registered_hooks(manager, plugin, order.name)
    _refuse(hooks, order.name)
    wanted = config_class(manager, plugin)
    context = _context(order, _settings(wanted, order.options, order.name), hub, report)
    given = collect(manager, plugin, context, without=(COMMANDS,))
    loaded = Loaded(context, _shape(hooks, given), _targets(given))
    if hook := given.hooks.get("reconfigure"):
        change = _reconfiguring(loaded, wanted, hook)
        loaded.targets["hooks.reconfigure"] = Target(change, HOOKS["reconfigure"])
    if hook := given.hooks.get("lifespan"):
        life = Lifespan(lambda: hook(context=loaded.context))
        loaded.targets["hooks.lifespan"] = Target(life.step, HOOKS["lifespan"])
    return loaded


def _refuse(hooks: tuple[str, ...], name: str) -> None:
    for hook in _REFUSED:
        if hook in hooks:
            raise ConfigError(
                f"`{hook}` cannot run in a process of its own; set this to `in_process`",
                f"plugins.{name}.isolation",
            )


def _settings(wanted: type[Any] | None, options: Mapping[str, object], name: str) -> object:
    return options if wanted is None else build(wanted, options, f"plugins.{name}")


def _context(order: Order, settings: object, hub: Other, report: Callable[[str], None]) -> PluginContext[Any]:
    return PluginContext(
        order.name,
        settings,
        log=logging.getLogger(f"incident_hub.plugins.{order.name}"),
        clock=HubClock(wall=lambda: order.anchor + time.monotonic_ns()),
        http=remote(ASKED["http"], hub, "http"),
        cache=PluginCache(),
        tables=NoTables(order.name),
        report=report,
    )


def _reconfiguring(
    loaded: Loaded, wanted: type[Any] | None, hook: Callable[..., Any]
) -> Callable[[Mapping[str, object]], Any]:
    """The hook with the options made settings; a coroutine function when it is one."""

    def changed(options: Mapping[str, object]) -> PluginContext[Any]:
        return replace(loaded.context, config=_settings(wanted, options, loaded.context.name))

    async def wait(options: Mapping[str, object]) -> None:
        context = changed(options)
        await hook(context=context)
        loaded.context = context

    def run(options: Mapping[str, object]) -> None:
        context = changed(options)
        hook(context=context)
        loaded.context = context

    return wait if inspect.iscoroutinefunction(hook) else run


def _shape(hooks: tuple[str, ...], given: Contribution) -> Shape:
    return Shape(
        hooks=hooks,
        working=tuple(given.hooks),
        classifiers=tuple(isinstance(one, Learner) for one in given.classifiers),
        enrichers=len(given.enrichers),
        correlators=len(given.correlators),
        notifiers=len(given.notifiers),
        directories=len(given.directories),
        llm_clients=tuple(one.kind for one in given.llm_clients),
        actions=tuple(
            ActionShape(one.name, bool(one.idempotent), one.blast_radius, isinstance(one, Undoable))
            for one in given.actions
        ),
        parsers=tuple(ParserShape(one.slug) for one in given.parsers),
        routes=tuple(RouteShape(one.path, tuple(one.methods)) for one in given.routes),
    )


def _targets(given: Contribution) -> dict[str, Target]:
    found: dict[str, Target] = {}
    for room in _ALIKE:
        for index, one in enumerate(getattr(given, room)):
            found |= _methods(one, CALLED[room], f"{room}.{index}")
    for index, client in enumerate(given.llm_clients):
        found |= _methods(client.client, CALLED[client.kind], f"llm_clients.{index}")
    for index, parser in enumerate(given.parsers):
        found[f"parsers.{index}.parse"] = Target(parse_in_child(parser), PARSE)
    for index, route in enumerate(given.routes):
        found[f"routes.{index}.endpoint"] = Target(serve_route(route.endpoint), ROUTE)
    for name in ("on_event", "authorize_action"):
        if hook := given.hooks.get(name):
            found[f"hooks.{name}"] = Target(hook, HOOKS[name])
    return found


def _methods(one: object, known: Mapping[str, Method], place: str) -> dict[str, Target]:
    own = {name: method for name, method in known.items() if hasattr(one, name)}
    return {f"{place}.{name}": Target(adapted(name, one), method) for name, method in own.items()}
