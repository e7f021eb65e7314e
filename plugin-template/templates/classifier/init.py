"""Says how bad an incident is, and of what kind, by words that a team knows."""

from collections.abc import Sequence

from incident_hub_hookspecs import Classifier, PluginContext, hookimpl

from {{ cookiecutter.__package }}.classifier import Settings, WordClassifier

__all__ = ["Settings", "WordClassifier"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_classifiers(context: PluginContext[Settings]) -> Sequence[Classifier]:
    """The one classifier."""
    return [WordClassifier(context.config)]
