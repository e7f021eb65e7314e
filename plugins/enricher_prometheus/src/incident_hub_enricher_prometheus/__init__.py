"""Adds what Prometheus measured around an incident's start."""

from collections.abc import Sequence

from incident_hub_hookspecs import Enricher, PluginContext, hookimpl

from incident_hub_enricher_prometheus.enricher import PrometheusEnricher
from incident_hub_enricher_prometheus.settings import Query, Settings

__all__ = ["PrometheusEnricher", "PrometheusPlugin", "Query", "Settings", "plugin"]


class PrometheusPlugin:
    """Registers the enricher."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Which Prometheus, and what to ask."""
        return Settings

    @hookimpl
    def register_enrichers(self) -> Sequence[Enricher]:
        """The one enricher; without a `url` it asks nobody."""
        return [PrometheusEnricher()]

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Nothing is kept of the settings."""


plugin = PrometheusPlugin()
