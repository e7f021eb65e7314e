"""Adds the log lines around an incident's start that match it."""

from collections.abc import Sequence

from incident_hub_hookspecs import Enricher, PluginContext, hookimpl

from incident_hub_enricher_opensearch.enricher import OpenSearchEnricher
from incident_hub_enricher_opensearch.settings import Search, Settings

__all__ = ["OpenSearchEnricher", "OpenSearchPlugin", "Search", "Settings", "plugin"]


class OpenSearchPlugin:
    """Registers the enricher."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Which cluster, and what to look for."""
        return Settings

    @hookimpl
    def register_enrichers(self) -> Sequence[Enricher]:
        """The one enricher; without a `url` it asks nobody."""
        return [OpenSearchEnricher()]

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Nothing is kept of the settings."""


plugin = OpenSearchPlugin()
