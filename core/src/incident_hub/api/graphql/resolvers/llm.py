"""The clients of the services, each asked in the same way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from incident_hub_hookspecs import CallContext, LlmKind

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.errors import Code, PluginAnswerError, coded, plugin_error
from incident_hub.triage.llm import NoSuchClientError

__all__ = ["asked", "clients", "root", "shield"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    plugin: str


def root() -> object:
    """The parts read nothing off it."""
    return object()


def clients(info: Info) -> list[_Line]:
    """Every client there is."""
    known = info.context.services.registry.llm_clients
    return [_Line(kind.value, known[kind][0]) for kind in LlmKind if kind in known]


def shield(info: Info) -> object:
    """There, when a plugin brings a client of Shield."""
    return _part(info, LlmKind.SHIELD)


def _part(info: Info, kind: LlmKind) -> object:
    try:
        info.context.services.llm.plugin_of(kind)
    except NoSuchClientError as error:
        raise coded(str(error), Code.PLUGIN_AWAY) from None
    return object()


async def asked(
    info: Info, kind: LlmKind, expected: type[T], ask: Callable[[Any, CallContext], Awaitable[T]]
) -> T:
    """The client's answer, which must be what the contract says; else an error that names the plugin."""
    try:
        outcome = await info.context.services.llm.ask(kind, ask)
    except NoSuchClientError as error:
        raise coded(str(error), Code.PLUGIN_AWAY) from None
    if outcome.error is not None:
        raise plugin_error(outcome.plugin, outcome.error)
    if not isinstance(outcome.value, expected):
        told = f"it answered with {type(outcome.value).__name__}, not with a {expected.__name__}"
        raise plugin_error(outcome.plugin, PluginAnswerError(told))
    return outcome.value
