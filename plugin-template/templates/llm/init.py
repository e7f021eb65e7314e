"""A Sentinel that needs no service: it judges figures and incidents by what came before them."""

from collections.abc import Sequence

from incident_hub_hookspecs import LlmClient, LlmKind, PluginContext, hookimpl

from {{ cookiecutter.__package }}.llm import LocalSentinel, Settings

__all__ = ["LocalSentinel", "Settings"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_llm_clients(context: PluginContext[Settings]) -> Sequence[LlmClient]:
    """The one client. A hub has one of each kind: the first by the plugins' names serves."""
    return [LlmClient(LlmKind.SENTINEL, LocalSentinel(context.name, context.config))]
