"""Calling one plugin's `register_*` hooks, and checking that what comes back is what the contract says."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from incident_hub_hookspecs import (
    Classifier,
    Correlator,
    Enricher,
    Notifier,
    PlaybookAction,
    PluginContext,
    WebhookParser,
)
from pluggy import HookImpl, PluginManager

from incident_hub.host.registry import Contribution

__all__ = ["BadContributionError", "collect"]

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

_KINDS: Mapping[str, tuple[str, type[Any], int]] = {
    "register_webhook_parsers": ("parsers", WebhookParser, 1000),
    "register_classifiers": ("classifiers", Classifier, 1000),
    "register_enrichers": ("enrichers", Enricher, 1000),
    "register_correlators": ("correlators", Correlator, 1000),
    "register_notifiers": ("notifiers", Notifier, 1),
    "register_playbook_actions": ("actions", PlaybookAction, 1),
}


class BadContributionError(Exception):
    """A hook returned something that the contract does not name."""


def collect(manager: PluginManager, plugin: object, context: PluginContext) -> Contribution:
    """Call each hook of this plugin, alone and in the contract's order."""
    given = Contribution()
    for hook, (field, kind, most) in _KINDS.items():
        for impl in getattr(manager.hook, hook).get_hookimpls():
            if impl.plugin is plugin:
                getattr(given, field).extend(_checked(hook, kind, most, _call(impl, hook, context)))
    slugs = [parser.slug for parser in given.parsers]
    if len(set(slugs)) < len(slugs):
        raise BadContributionError("register_webhook_parsers: returned two parsers with one slug")
    return given


def _call(impl: HookImpl, hook: str, context: PluginContext) -> object:
    if impl.hookwrapper or impl.wrapper:
        raise BadContributionError(f"{hook}: wrappers are not supported, return your own part only")
    known = {"context": context}
    return impl.function(*[known[name] for name in impl.argnames])


def _checked(hook: str, kind: type[Any], most: int, answer: object) -> list[Any]:
    if inspect.iscoroutine(answer):
        answer.close()
        raise BadContributionError(f"{hook}: must be a plain function, not `async def`")
    if answer is None:
        return []
    if not isinstance(answer, list | tuple):
        raise BadContributionError(f"{hook}: expected a list, got {type(answer).__name__}")
    if len(answer) > most:
        raise BadContributionError(f"{hook}: returned {len(answer)}, at most {most} is allowed")
    for index, one in enumerate(answer):
        if problem := _problem(kind, one):
            raise BadContributionError(f"{hook}: item {index}: {problem}")
    return list(answer)


def _problem(kind: type[Any], one: object) -> str:
    if inspect.isclass(one):
        return f"expected a {kind.__name__}, got the class {one.__name__} itself"
    if not isinstance(one, kind):
        return f"expected a {kind.__name__}, got {type(one).__name__}"
    return _parser_problem(one) if isinstance(one, WebhookParser) else ""


def _parser_problem(parser: WebhookParser) -> str:
    if not isinstance(parser.slug, str) or not SLUG.fullmatch(parser.slug):
        return f"the slug {parser.slug!r} must match {SLUG.pattern}"
    return _function_problem("parse", parser.parse) or (
        "" if parser.verify is None else _function_problem("verify", parser.verify)
    )


def _function_problem(field: str, function: Callable[..., object]) -> str:
    if not callable(function) or inspect.iscoroutinefunction(function):
        return f"`{field}` must be a plain function"
    return ""
