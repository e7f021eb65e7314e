"""The hub's client of LLM Shield, which also answers without one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from incident_hub_hookspecs import (
    Classifier,
    DeliveryError,
    Enricher,
    LlmClient,
    LlmKind,
    PluginContext,
    hookimpl,
)

from incident_hub_llm_shield.client import Shield
from incident_hub_llm_shield.live.engine import LiveShield
from incident_hub_llm_shield.settings import Settings
from incident_hub_llm_shield.triage import ThreatClassifier, ThreatEnricher

__all__ = ["ShieldPlugin", "plugin"]


class ShieldPlugin:
    """Registers the client, and the parts of triage that use it."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The settings."""
        return Settings

    @hookimpl
    def register_classifiers(self) -> Sequence[Classifier]:
        """The classifier by threat type."""
        return [ThreatClassifier()]

    @hookimpl
    def register_enrichers(self, context: PluginContext[Settings]) -> Sequence[Enricher]:
        """The enricher of security incidents."""
        return [ThreatEnricher(Shield(context.name, context.config))]

    @hookimpl
    def register_llm_clients(self, context: PluginContext[Settings]) -> Sequence[LlmClient]:
        """The client; a live engine without an address is a `ConfigError` here."""
        return [LlmClient(LlmKind.SHIELD, Shield(context.name, context.config))]

    @hookimpl
    @asynccontextmanager
    async def lifespan(self, context: PluginContext[Settings]) -> AsyncIterator[None]:
        """Ask for the service's health now and then, so that its absence shows before it is needed."""
        settings = context.config
        if not settings.live:
            yield
            return
        watch = asyncio.create_task(_watch(LiveShield(context.name, settings), context), name="shield health")
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch


async def _watch(live: LiveShield, context: PluginContext[Settings]) -> None:
    """The hub keeps what each call says about the endpoint; there is nothing else to do with it."""
    while True:
        with suppress(DeliveryError):
            await live.healthy(context.http, context.config.timeout_seconds)
        await asyncio.sleep(context.config.probe_seconds)


plugin = ShieldPlugin()
