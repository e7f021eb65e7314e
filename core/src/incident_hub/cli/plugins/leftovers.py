"""What a plugin leaves when its package is gone: tables, and places in the configuration that name it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from incident_hub.cli.plugins.kept import tables_kept
from incident_hub.cli.settings import load_config
from incident_hub.host.config import HubConfig, HubConfigError

__all__ = ["leftovers"]


def leftovers(record: dict[str, Any], installed: Iterable[str], config_file: Path | None) -> list[str]:
    """A line for each; `installed` are the plugins that are still there."""
    name = record["name"]
    told = [f"stays in the database: {one}" for one in tables_kept(name, installed, config_file)]
    if told:
        told.append(
            f"`incident-hub db orphans` lists that too, `incident-hub db drop-plugin {name}` removes it"
        )
    try:
        places = _places(name, load_config(config_file))
    except HubConfigError as error:
        return [*told, f"the configuration cannot be read to see whether it names {name}: {error}"]
    return [*told, *(f"{place} of the configuration still names {name}" for place in places)]


def _places(name: str, config: HubConfig) -> list[str]:
    places = [f"`plugins.{name}`"] if name in config.plugins else []
    places += [
        f"`{key}`" for key in ("plugins_block", "plugins_allow") if name in (getattr(config, key) or ())
    ]
    targets = enumerate(config.notify.targets)
    return [*places, *(f"`notify.targets[{index}]`" for index, one in targets if one.channel == name)]
