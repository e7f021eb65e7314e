"""Keeps runbooks in tables of its own, and adds those that fit to an incident."""

from collections.abc import Sequence
from pathlib import Path

from incident_hub_hookspecs import (
    Command,
    Enricher,
    GraphQLPart,
    Migrations,
    PluginContext,
    Route,
    hookimpl,
)

from incident_hub_enricher_runbooks.enricher import RunbookEnricher
from incident_hub_enricher_runbooks.settings import Settings
from incident_hub_enricher_runbooks.shelf import Shelf

__all__ = ["RunbooksPlugin", "Settings", "plugin"]


class RunbooksPlugin:
    """Every part works on the same shelf of runbooks; the library of each is imported by its own hook."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """How many runbooks an incident gets."""
        return Settings

    @hookimpl
    def register_migrations(self) -> Migrations:
        """The table of runbooks."""
        return Migrations(Path(__file__).parent / "migrations")

    @hookimpl
    def register_enrichers(self, context: PluginContext[Settings]) -> Sequence[Enricher]:
        """The runbook enricher."""
        return [RunbookEnricher(Shelf(context))]

    @hookimpl
    def extend_graphql(self, context: PluginContext[Settings]) -> GraphQLPart:
        """`enricherRunbooks` on Query, Mutation and Incident."""
        from incident_hub_enricher_runbooks.graphql import part_of  # noqa: PLC0415

        return part_of(Shelf(context))

    @hookimpl
    def register_routes(self, context: PluginContext[Settings]) -> Sequence[Route]:
        """Export and import."""
        from incident_hub_enricher_runbooks.routes import routes_of  # noqa: PLC0415

        return routes_of(Shelf(context))

    @hookimpl
    def register_commands(self, context: PluginContext[Settings]) -> Sequence[Command]:
        """`list`, `import` and `export`."""
        from incident_hub_enricher_runbooks.commands import commands_of  # noqa: PLC0415

        return commands_of(Shelf(context))


plugin = RunbooksPlugin()
