"""Says who owns an incident and who of them is on call."""

from collections.abc import Sequence

from incident_hub_hookspecs import Enricher, PluginContext, hookimpl

from {{ cookiecutter.__package }}.enricher import OwnerEnricher, Settings

__all__ = ["OwnerEnricher", "Settings"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_enrichers(context: PluginContext[Settings]) -> Sequence[Enricher]:
    """The one enricher."""
    return [OwnerEnricher(context.config)]
