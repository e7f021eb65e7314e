"""The clients of Sentinel, Shield, Edge-Agent and Governance, asked behind the dispatcher."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from incident_hub_hookspecs import CallContext, LlmKind

from incident_hub.host.dispatch import Outcome
from incident_hub.triage.services import Services

__all__ = ["LlmClients", "NoSuchClientError"]

T = TypeVar("T")


class NoSuchClientError(Exception):
    """No plugin that serves brings a client of this kind."""

    def __init__(self, kind: LlmKind) -> None:
        super().__init__(
            f"no plugin brings a client of {kind.value}: install or enable one, as llm_{kind.value}; "
            "`incident-hub plugins list` says what became of it"
        )


class LlmClients:
    """One client of each kind at most; each kind has a circuit of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def plugin_of(self, kind: LlmKind) -> str:
        """Whose client it is; raises `NoSuchClientError`."""
        found = self._services.registry.llm_clients.get(kind)
        if found is None:
            raise NoSuchClientError(kind)
        return found[0]

    async def ask(self, kind: LlmKind, ask: Callable[[Any, CallContext], Awaitable[T]]) -> Outcome[T]:
        """Put one question to the client of a kind; raises `NoSuchClientError` when there is none."""
        plugin = self.plugin_of(kind)
        client = self._services.registry.llm_clients[kind][1].client
        deadline = self._services.config.llm.deadline_seconds
        context = self._services.context(plugin, deadline)

        async def call() -> T:
            return await ask(client, context)

        return await self._services.dispatcher.call(plugin, call, deadline=deadline, circuit=kind.value)
