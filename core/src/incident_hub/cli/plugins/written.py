"""A plugin's part of the configuration file as it is written there, and what of it should not be."""

import os
from collections.abc import Iterable
from pathlib import Path

from incident_hub.cli.plugins.looking import Look
from incident_hub.host.config_shown import ShownSetting, shown_settings
from incident_hub.host.config_sources import config_file
from incident_hub.host.config_yaml import read_yaml

__all__ = ["plain_secrets", "settings_shown"]


def settings_shown(found: Look, name: str, file: Path | None) -> list[ShownSetting]:
    """The settings in force, or what is written when the plugin did not get that far."""
    written = _written(name, file)
    context = found.registry.contexts.get(name)
    return shown_settings(written if context is None else context.config, written)


def plain_secrets(found: Look, names: Iterable[str], file: Path | None) -> list[str]:
    """A hint for each secret that stands in the file itself."""
    return [
        f"plugins.{name}.{one.path} is a secret in plain text; write {{$env: NAME}} or {{$file: PATH}} instead"
        for name in names
        for one in settings_shown(found, name, file)
        if one.plain_secret
    ]


def _written(name: str, file: Path | None) -> object:
    path = config_file(file, os.environ)
    options = read_yaml(path).get("plugins") if path else None
    return options.get(name, {}) if isinstance(options, dict) else {}
