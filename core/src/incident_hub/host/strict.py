"""Strict mode: a plugin that should serve and does not stops the start."""

from incident_hub.host.config import HubConfig
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.discovery import EVERY
from incident_hub.host.registry import Registry

__all__ = ["PluginLoadError", "insist", "strangers"]


class PluginLoadError(Exception):
    """Strict mode: at least one plugin does not serve; the message names each, one a line."""


def insist(config: HubConfig, registry: Registry) -> None:
    """Raise `PluginLoadError` when the configuration is strict and something is wrong with a plugin.

    To be called after each step of the start that a plugin can fail at.
    """
    if not config.strict_plugins or config.safe_mode:
        return
    bad = [
        f"{one.name}: {one.status.value}: {one.reason}" + (f"; {one.mend}" if one.mend else "")
        for one in registry.records.values()
        if one.bad
    ]
    if told := [*bad, *strangers(config, registry)]:
        raise PluginLoadError("\n".join(told))


def strangers(config: HubConfig, registry: Registry) -> list[str]:
    """What the configuration says of plugins that are not installed."""
    wanted = [(f"plugins.{name}", name) for name in config.plugins]
    wanted += [(f"plugins_allow: {name}", name) for name in config.plugins_allow or () if name != EVERY]
    known = registry.records
    return [
        f"{where}: no such plugin is installed{did_you_mean(name, known)}"
        for where, name in wanted
        if name not in known
    ]
