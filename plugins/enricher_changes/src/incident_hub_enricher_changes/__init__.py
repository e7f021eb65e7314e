"""Adds what was changed shortly before an incident: prompts, models, deployments, configuration."""

from collections.abc import Sequence
from pathlib import Path

from incident_hub_hookspecs import Enricher, GraphQLPart, Migrations, PluginContext, Route, hookimpl

from incident_hub_enricher_changes.door import ChangesDoor
from incident_hub_enricher_changes.enricher import ChangesEnricher
from incident_hub_enricher_changes.part import graphql_part
from incident_hub_enricher_changes.settings import Settings

__all__ = ["ChangesEnricher", "ChangesPlugin", "Settings", "plugin"]


class ChangesPlugin:
    """Registers the table, the ways in and the enricher."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Who may record changes, and which an incident is told."""
        return Settings

    @hookimpl
    def register_migrations(self) -> Migrations:
        """The table of changes."""
        return Migrations(Path(__file__).parent / "migrations")

    @hookimpl
    def register_enrichers(self) -> Sequence[Enricher]:
        """The enricher."""
        return [ChangesEnricher()]

    @hookimpl
    def register_routes(self, context: PluginContext[Settings]) -> Sequence[Route]:
        """The webhook."""
        return [ChangesDoor(context).route()]

    @hookimpl
    def extend_graphql(self, context: PluginContext[Settings]) -> GraphQLPart:
        """`enricherChanges`."""
        return graphql_part(context.tables, ChangesDoor(context))


plugin = ChangesPlugin()
