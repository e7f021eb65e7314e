"""Adds facts from any JSON over HTTP, by configuration alone."""

from collections.abc import Sequence

from incident_hub_hookspecs import Enricher, PluginContext, hookimpl

from incident_hub_enricher_http.enricher import HttpEnricher
from incident_hub_enricher_http.settings import Settings, Target

__all__ = ["HttpEnricher", "HttpPlugin", "Settings", "Target", "plugin"]


class HttpPlugin:
    """Registers the enricher."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Who is asked, and what is taken of the answers."""
        return Settings

    @hookimpl
    def register_enrichers(self) -> Sequence[Enricher]:
        """The one enricher; without targets it asks nobody."""
        return [HttpEnricher()]

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Nothing is kept of the settings."""


plugin = HttpPlugin()
