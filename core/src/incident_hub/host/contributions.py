"""Calling one plugin's `register_*` hooks, and checking that what comes back is what the contract says."""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from incident_hub_hookspecs import (
    PROJECT,
    Classifier,
    Command,
    Correlator,
    Directory,
    Enricher,
    GraphQLPart,
    LlmClient,
    Migrations,
    Notifier,
    PlaybookAction,
    PluginContext,
    Route,
    WebhookParser,
    spec,
)
from incident_hub_hookspecs.spec import HOOKS
from pluggy import HookImpl, PluginManager, PluginValidationError

from incident_hub.host.config_values import did_you_mean
from incident_hub.host.contribution_checks import problem_of
from incident_hub.host.registry import Contribution, full_name

__all__ = [
    "COMMANDS",
    "DOORS",
    "BadContributionError",
    "collect",
    "config_class",
    "hooks_manager",
    "registered_hooks",
]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a hook returns: where it goes, of what kind, how many, and whether in a list."""

    field: str
    kind: type[Any]
    most: int = 1000
    listed: bool = True


COMMANDS = "register_commands"
DOORS = ("extend_graphql", "register_routes")
_REGISTERING: Mapping[str, _Kind] = {
    "register_migrations": _Kind("migrations", Migrations, listed=False),
    "register_webhook_parsers": _Kind("parsers", WebhookParser),
    "register_classifiers": _Kind("classifiers", Classifier),
    "register_enrichers": _Kind("enrichers", Enricher),
    "register_correlators": _Kind("correlators", Correlator),
    "register_notifiers": _Kind("notifiers", Notifier, most=1),
    "register_playbook_actions": _Kind("actions", PlaybookAction),
    "register_llm_clients": _Kind("llm_clients", LlmClient),
    "register_directories": _Kind("directories", Directory, most=1),
    "extend_graphql": _Kind("graphql", GraphQLPart, listed=False),
    "register_routes": _Kind("routes", Route),
    COMMANDS: _Kind("commands", Command),
}
_WORKING = ("lifespan", "reconfigure", "authorize_action", "on_event")


class BadContributionError(Exception):
    """A hook returned something that the contract does not name."""


def hooks_manager() -> PluginManager:
    """A manager that knows the contract's hooks."""
    manager = PluginManager(PROJECT)
    manager.add_hookspecs(spec)
    return manager


def registered_hooks(manager: PluginManager, plugin: object, name: str) -> tuple[str, ...]:
    """Register one plugin; the names of the hooks that it has. Raises for one that the contract lacks."""
    if manager.register(plugin, name) is None:
        raise TypeError(f"the entry point leads to {plugin!r}, not to a plugin")
    hooks = tuple(sorted(hook.name for hook in manager.get_hookcallers(plugin) or ()))
    known = [hook.__name__ for hook in HOOKS]
    for hook in hooks:
        if hook not in known:
            raise PluginValidationError(None, f"unknown hook `{hook}`{did_you_mean(hook, known)}")
    manager.check_pending()
    return hooks


def config_class(manager: PluginManager, plugin: object) -> type[Any] | None:
    """The dataclass that the plugin wants its configuration to become; None when it wants none."""
    impl = _own(manager, "register_config", plugin)
    if impl is None:
        return None
    wanted = _call(impl, "register_config", {})
    if not (inspect.isclass(wanted) and is_dataclass(wanted)):
        raise BadContributionError(f"register_config: expected a dataclass, got {wanted!r}")
    return wanted


def collect(
    manager: PluginManager, plugin: object, context: PluginContext[Any], without: Collection[str]
) -> Contribution:
    """Call each hook of this plugin, alone and in the contract's order, but those in `without`."""
    given = Contribution()
    for hook, kind in _REGISTERING.items():
        if hook not in without and (impl := _own(manager, hook, plugin)):
            answer = _call(impl, hook, {"context": context})
            getattr(given, kind.field).extend(_checked(hook, kind, answer))
    for hook in _WORKING:
        if impl := _own(manager, hook, plugin):
            given.hooks[hook] = _fewer(impl, hook)
    _refuse_twins("register_webhook_parsers", "slug", [parser.slug for parser in given.parsers])
    _refuse_twins(
        "register_playbook_actions", "name", [full_name("this plugin", one) for one in given.actions]
    )
    _refuse_twins("register_llm_clients", "kind", [one.kind for one in given.llm_clients])
    _refuse_twins(COMMANDS, "name", [one.name for one in given.commands])
    _refuse_twins(
        "register_routes", "route", [f"{method} {one.path}" for one in given.routes for method in one.methods]
    )
    return given


def _own(manager: PluginManager, hook: str, plugin: object) -> HookImpl | None:
    own = (impl for impl in getattr(manager.hook, hook).get_hookimpls() if impl.plugin is plugin)
    return next(own, None)


def _call(impl: HookImpl, hook: str, known: Mapping[str, object]) -> object:
    _refuse_wrapper(impl, hook)
    return impl.function(*[known[name] for name in impl.argnames])


def _fewer(impl: HookImpl, hook: str) -> Callable[..., Any]:
    """The implementation, called with the spec's arguments by name and given those that it names."""
    _refuse_wrapper(impl, hook)
    function, names = impl.function, impl.argnames
    if inspect.iscoroutinefunction(function):

        async def call(**known: object) -> object:
            return await function(*[known[name] for name in names])

        return call

    def run(**known: object) -> object:
        return function(*[known[name] for name in names])

    return run


def _refuse_wrapper(impl: HookImpl, hook: str) -> None:
    if impl.hookwrapper or impl.wrapper:
        raise BadContributionError(f"{hook}: wrappers are not supported, return your own part only")


def _refuse_twins(hook: str, word: str, names: list[Any]) -> None:
    twins = {str(name) for name in names if names.count(name) > 1}
    if twins:
        raise BadContributionError(f"{hook}: returned two with the {word} `{min(twins)}`")


def _checked(hook: str, kind: _Kind, answer: object) -> list[Any]:
    if inspect.iscoroutine(answer):
        answer.close()
        raise BadContributionError(f"{hook}: must be a plain function, not `async def`")
    if answer is None:
        return []
    if not kind.listed:
        answer = [answer]
    if not isinstance(answer, list | tuple):
        raise BadContributionError(f"{hook}: expected a list, got {type(answer).__name__}")
    if len(answer) > kind.most:
        raise BadContributionError(f"{hook}: returned {len(answer)}, at most {kind.most} is allowed")
    for index, one in enumerate(answer):
        if problem := problem_of(kind.kind, one):
            where = f"item {index}: " if kind.listed else ""
            raise BadContributionError(f"{hook}: {where}{problem}")
    return list(answer)
