"""Adds what the catalog knows of an incident's service."""

from collections.abc import Sequence

from incident_hub_hookspecs import Enricher, PluginContext, hookimpl

from incident_hub_enricher_service.enricher import ServiceEnricher
from incident_hub_enricher_service.settings import Settings

__all__ = ["ServiceEnricher", "ServicePlugin", "Settings", "plugin"]


class ServicePlugin:
    """Registers the enricher."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Which labels name a service."""
        return Settings

    @hookimpl
    def register_enrichers(self, context: PluginContext[Settings]) -> Sequence[Enricher]:
        """The service enricher."""
        return [ServiceEnricher(context.config.labels)]


plugin = ServicePlugin()
