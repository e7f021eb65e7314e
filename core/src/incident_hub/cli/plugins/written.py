"""A plugin's part of the configuration file as it is written there, and what of it should not be."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from incident_hub.cli.plugins.looking import Look
from incident_hub.host.config_shown import ShownSetting, shown_settings
from incident_hub.host.config_sources import config_file
from incident_hub.host.config_yaml import read_yaml

__all__ = ["plain_secrets", "settings_shown"]

_NOT_SHOWN = "(text, known to the plugin's own process)"


def settings_shown(found: Look, name: str, file: Path | None) -> list[ShownSetting]:
    """The settings in force, or what is written when the plugin did not get that far."""
    written = _written(name, file)
    context = found.registry.contexts.get(name)
    if context is None:
        return shown_settings(written, written)
    apart = found.registry.records[name].isolated
    return shown_settings(_without_texts(context.config) if apart else context.config, written)


def plain_secrets(found: Look, names: Iterable[str], file: Path | None) -> list[str]:
    """A hint for each secret that stands in the file itself."""
    return [
        f"plugins.{name}.{one.path} is a secret in plain text; write {{$env: NAME}} or {{$file: PATH}} instead"
        for name in names
        for one in settings_shown(found, name, file)
        if one.plain_secret
    ]


def _without_texts(value: object) -> object:
    """Which setting is a secret is known where the plugin's own class is, which is not here."""
    if isinstance(value, Mapping):
        return {key: _without_texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_texts(one) for one in value]
    return _NOT_SHOWN if isinstance(value, str) and value else value


def _written(name: str, file: Path | None) -> object:
    path = config_file(file, os.environ)
    options = read_yaml(path).get("plugins") if path else None
    return options.get(name, {}) if isinstance(options, dict) else {}
