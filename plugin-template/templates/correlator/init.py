"""Puts incidents together that share labels or the same part of an LLM system."""

from collections.abc import Sequence

from incident_hub_hookspecs import Correlator, PluginContext, hookimpl

from {{ cookiecutter.__package }}.correlator import Settings, SharedCorrelator

__all__ = ["Settings", "SharedCorrelator"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_correlators(context: PluginContext[Settings]) -> Sequence[Correlator]:
    """The one correlator."""
    return [SharedCorrelator(context.config)]
