"""A configuration with some of it changed: only what decides about alerts, and never a secret."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from incident_hub.host.config import HubConfig, HubConfigError
from incident_hub.host.config_secrets import is_reference
from incident_hub.host.config_tree import build, settings_of
from incident_hub.host.config_values import mapping_of

__all__ = ["CHANGEABLE", "changed", "rebuilt", "written"]

CHANGEABLE = ("deduplication", "triage", "plugins")


def written(value: Any) -> Any:  # noqa: ANN401 - any part of a configuration
    """The configuration as the mapping that it could be read from."""
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {key: written(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [written(one) for one in value]
    return str(value) if isinstance(value, Path) else value


def rebuilt(mapping: Mapping[str, object]) -> HubConfig:
    """The configuration of a mapping; raises `HubConfigError`, which names the key."""
    return build(HubConfig, mapping, "")


def changed(config: HubConfig, changes: object) -> dict[str, Any]:
    """The configuration as a mapping, overlaid by changes to `deduplication`, `triage` and `plugins`.

    Raises `HubConfigError` for anything else, for a reference to a secret, and for a value that does not fit.
    """
    wanted = mapping_of(changes, "config")
    for key in wanted:
        if key not in CHANGEABLE:
            raise HubConfigError(f"cannot be changed in a simulation; {', '.join(CHANGEABLE)} can", key)
        _refuse_references(wanted[key], key)
    mapping: dict[str, Any] = _overlaid(written(config), wanted)
    rebuilt(mapping)
    return mapping


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    found: dict[str, Any] = {}
    for name, said in settings_of(type(value)).items():
        part = written(getattr(value, name))
        found.update(part if said.rest else {name: part})
    return found


def _overlaid(below: Any, above: Any) -> Any:  # noqa: ANN401 - any part of a configuration
    """Mappings are joined key by key, everything else is replaced."""
    if not isinstance(below, dict) or not isinstance(above, Mapping):
        return above
    return {**below, **{key: _overlaid(below.get(key), one) for key, one in above.items()}}


def _refuse_references(value: object, path: str) -> None:
    if is_reference(value):
        raise HubConfigError("a simulation takes no references to secrets", path)
    inside = value.items() if isinstance(value, Mapping) else ()
    for key, one in inside:
        _refuse_references(one, f"{path}.{key}")
    for place, one in enumerate(value if isinstance(value, list | tuple) else ()):
        _refuse_references(one, f"{path}[{place}]")
