"""A plugin's hooks without a hub: found and checked by pluggy, called with the arguments that they name."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import partial
from importlib import metadata
from typing import Any

import pluggy

from incident_hub_hookspecs import spec
from incident_hub_hookspecs.context import PluginContext
from incident_hub_hookspecs.spec import ENTRY_POINT_GROUP, HOOKS, PROJECT

__all__ = ["entry_point", "implementation", "implementations", "register", "usual_settings"]

REGISTERING = tuple(
    hook.__name__
    for hook in HOOKS
    if hook.__name__.startswith(("register_", "extend_")) and hook.__name__ != "register_config"
)


def entry_point(name: str) -> metadata.EntryPoint:
    """The installed plugin of that name."""
    found = list(metadata.entry_points(group=ENTRY_POINT_GROUP, name=name))
    if not found:
        raise LookupError(
            f"no plugin `{name}` is installed: install your package (`pip install -e .`), and look at the "
            f'name under [project.entry-points."{ENTRY_POINT_GROUP}"]'
        )
    return found[0]


def implementations(plugin: object) -> Mapping[str, pluggy.HookImpl]:
    """The plugin's implementations by hook; raises pluggy's error for one that fits no hook."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(spec)
    manager.register(plugin, "plugin")
    manager.check_pending()
    callers = manager.get_hookcallers(plugin) or ()
    return {caller.name: caller.get_hookimpls()[0] for caller in callers}


def implementation(plugin: object, hook: str) -> Callable[..., Any] | None:
    """The plugin's part of one hook, to be called with the spec's arguments by name; None without one."""
    impl = implementations(plugin).get(hook)
    if impl is None:
        return None
    return partial(_awaited if inspect.iscoroutinefunction(impl.function) else _call, impl)


def _call(impl: pluggy.HookImpl, **known: object) -> object:
    return impl.function(*[known[name] for name in impl.argnames])


async def _awaited(impl: pluggy.HookImpl, **known: object) -> object:
    answer: Any = _call(impl, **known)
    return await answer


def register(plugin: object, context: PluginContext[Any]) -> dict[str, Sequence[Any]]:
    """What each `register_*` hook of the plugin returns, as a list."""
    given: dict[str, Sequence[Any]] = {}
    for hook in REGISTERING:
        if call := implementation(plugin, hook):
            answer = call(context=context)
            given[hook] = [answer] if not isinstance(answer, list | tuple) else answer
    return given


def usual_settings(plugin: object) -> object:
    """The plugin's settings when nothing is configured: its dataclass, or an empty mapping.

    Raises `TypeError` when a key has no default.
    """
    wanted = implementation(plugin, "register_config")
    cls = wanted() if wanted else None
    return cls() if isinstance(cls, type) and is_dataclass(cls) else {}
