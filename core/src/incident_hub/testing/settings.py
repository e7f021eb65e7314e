"""A plugin's settings, built and checked as the hub does while it loads the plugin."""

from typing import Any

import pluggy
from incident_hub_hookspecs import PROJECT, spec

from incident_hub.host.config_tree import build
from incident_hub.host.contributions import config_class

__all__ = ["settings_of"]


def settings_of(plugin: object, /, **config: object) -> Any:  # noqa: ANN401 - the plugin's own dataclass
    """The settings that `config`, as it stands under the plugin's name, becomes.

    Raises `ConfigError` with the path of the key that is wrong.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(spec)
    manager.register(plugin)
    wanted = config_class(manager, plugin)
    return dict(config) if wanted is None else build(wanted, config, "")
