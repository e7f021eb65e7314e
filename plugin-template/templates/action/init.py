"""Keeps what is known of an incident as a file, so that nothing of it is lost when it is over."""

from collections.abc import Sequence

from incident_hub_hookspecs import PlaybookAction, PluginContext, hookimpl

from {{ cookiecutter.__package }}.action import KeepEvidence, Settings

__all__ = ["KeepEvidence", "Settings"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_playbook_actions(context: PluginContext[Settings]) -> Sequence[PlaybookAction]:
    """The one action; its full name is `{{ cookiecutter.__plugin }}`."""
    return [KeepEvidence(context.config)]
