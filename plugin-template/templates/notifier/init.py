"""Tells a chat room of incidents, by the room's incoming webhook."""

from collections.abc import Sequence

from incident_hub_hookspecs import Notifier, PluginContext, hookimpl

from {{ cookiecutter.__package }}.notifier import RoomNotifier, Settings

__all__ = ["RoomNotifier", "Settings"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_notifiers(context: PluginContext[Settings]) -> Sequence[Notifier]:
    """The one notifier; targets name it as their channel `{{ cookiecutter.__plugin }}`."""
    return [RoomNotifier(context.config)]
