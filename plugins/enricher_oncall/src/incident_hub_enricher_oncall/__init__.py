"""Adds who answers for an incident."""

from collections.abc import Sequence

from incident_hub_hookspecs import Enricher, PluginContext, hookimpl

from incident_hub_enricher_oncall.enricher import OnCallEnricher
from incident_hub_enricher_oncall.settings import Settings

__all__ = ["OnCallEnricher", "OnCallPlugin", "Settings", "plugin"]


class OnCallPlugin:
    """Registers the enricher."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Which labels name a team or a service."""
        return Settings

    @hookimpl
    def register_enrichers(self, context: PluginContext[Settings]) -> Sequence[Enricher]:
        """The on-call enricher."""
        return [OnCallEnricher(context.config)]


plugin = OnCallPlugin()
