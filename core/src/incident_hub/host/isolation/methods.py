"""Which calls can cross between the processes, with the types of what they take and answer."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType
from typing import Any, get_type_hints

from incident_hub_hookspecs import (
    CallContext,
    Classifier,
    Correlator,
    Delivery,
    Directory,
    Enricher,
    HttpClient,
    Incident,
    IncidentLookup,
    Learner,
    LlmKind,
    Notifier,
    PlaybookAction,
    RouteRequest,
    Undoable,
    spec,
)
from incident_hub_hookspecs.llm import EdgeAgentClient, GovernanceClient, SentinelClient, ShieldClient

__all__ = ["ASKED", "CALLED", "HOOKS", "PARSE", "ROUTE", "Method", "methods_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """One call: its name, the types of its arguments, of its answer, and where its context goes."""

    name: str
    kinds: Mapping[str, Any]
    answer: Any
    context: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """The types in the order of the arguments."""
        return tuple(self.kinds.values())


@lru_cache(maxsize=64)
def methods_of(protocol: type[Any]) -> Mapping[str, Method]:
    """What can be asked of an object that has this protocol."""
    found = {name: one for name, one in vars(protocol).items() if inspect.iscoroutinefunction(one)}
    return {name: _method(name, one) for name, one in found.items()}


def _method(name: str, function: Callable[..., Any]) -> Method:
    kinds = get_type_hints(function)
    answer = kinds.pop("return")
    context = next((key for key, kind in kinds.items() if kind is CallContext), "")
    kinds.pop(context, None)
    return Method(name, kinds, answer, context)


def _correlate() -> Method:
    """Incidents share most of their candidates: each goes once, and is named by its place."""
    kinds = {"pool": Sequence[Incident], "count": int, "places": Sequence[Sequence[int]]}
    known = methods_of(Correlator)["correlate"]
    return Method("correlate", kinds, known.answer, known.context)


_TEXTS = Mapping[str, str]
PARSE = Method("parse", {"slug": str, "headers": _TEXTS, "query": _TEXTS, "body": bytes}, Delivery)
ROUTE = Method("endpoint", {"request": RouteRequest}, tuple[bytes, int, str, _TEXTS])
HOOKS: Mapping[str, Method] = {
    "on_event": _method("on_event", spec.on_event),
    "authorize_action": _method("authorize_action", spec.authorize_action),
    "reconfigure": Method("reconfigure", {"options": Mapping[str, object]}, NoneType),
    "lifespan": Method("lifespan", {"enter": bool}, NoneType),
}
CALLED: Mapping[Any, Mapping[str, Method]] = {
    "classifiers": {**methods_of(Classifier), **methods_of(Learner)},
    "enrichers": methods_of(Enricher),
    "correlators": {"correlate": _correlate()},
    "notifiers": methods_of(Notifier),
    "actions": {**methods_of(PlaybookAction), **methods_of(Undoable)},
    "directories": methods_of(Directory),
    LlmKind.SENTINEL: methods_of(SentinelClient),
    LlmKind.SHIELD: methods_of(ShieldClient),
    LlmKind.EDGE_AGENT: methods_of(EdgeAgentClient),
    LlmKind.GOVERNANCE: methods_of(GovernanceClient),
}
ASKED: Mapping[str, Mapping[str, Method]] = {
    "http": methods_of(HttpClient),
    "lookup": methods_of(IncidentLookup),
    "directory": methods_of(Directory),
}
