"""Where the configuration comes from: a YAML file, then the environment, with secrets by reference."""

from collections.abc import Callable, Mapping
from pathlib import Path

from incident_hub.host.config_secrets import found_or_lost, resolve
from incident_hub.host.config_values import HubConfigError
from incident_hub.host.config_yaml import read_yaml

__all__ = ["DEFAULT_FILE", "ENVIRONMENT", "config_file", "read_sources"]

DEFAULT_FILE = Path("incident-hub.yaml")


def read_sources(path: Path | None, env: Mapping[str, str]) -> dict[str, object]:
    """One mapping: the file's content with references resolved, overlaid by the environment."""
    file = config_file(path, env)
    data = read_yaml(file) if file else {}
    base = file.parent if file else Path()
    resolved = {
        key: resolve(value, env, base, key, found_or_lost if key == "plugins" else None)
        for key, value in data.items()
    }
    for name, (key, convert) in ENVIRONMENT.items():
        if env.get(name, "") != "" or (name in env and name in _EMPTY_MEANS_NONE):
            resolved[key] = convert(env[name], name)
    return resolved


def config_file(path: Path | None, env: Mapping[str, str]) -> Path | None:
    """`path`, or the file that the environment names, or `./incident-hub.yaml` if it is there."""
    return path or _file_from(env)


def _file_from(env: Mapping[str, str]) -> Path | None:
    if named := env.get("INCIDENT_HUB_CONFIG"):
        return Path(named).expanduser()
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def _text(value: str, _name: str) -> object:
    return value


def _whole(value: str, name: str) -> object:
    try:
        return int(value)
    except ValueError:
        raise HubConfigError(f"expected a whole number, got {value!r}", name) from None


def _truth(value: str, name: str) -> object:
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    try:
        return known[value.strip().lower()]
    except KeyError:
        raise HubConfigError(f"expected 1 or 0, got {value!r}", name) from None


def _names(value: str, _name: str) -> object:
    return [name.strip() for name in value.split(",") if name.strip()]


ENVIRONMENT: Mapping[str, tuple[str, Callable[[str, str], object]]] = {
    "DATABASE_URL": ("database_url", _text),
    "DATABASE_POOL_SIZE": ("database_pool_size", _whole),
    "INCIDENT_HUB_DATA_DIR": ("data_dir", _text),
    "API_HOST": ("host", _text),
    "API_PORT": ("port", _whole),
    "INCIDENT_HUB_PUBLIC_URL": ("public_url", _text),
    "INCIDENT_HUB_DEV": ("dev", _truth),
    "INCIDENT_HUB_PLUGINS_BLOCK": ("plugins_block", _names),
    "INCIDENT_HUB_PLUGINS_ALLOW": ("plugins_allow", _names),
    "INCIDENT_HUB_STRICT_PLUGINS": ("strict_plugins", _truth),
    "INCIDENT_HUB_SAFE_MODE": ("safe_mode", _truth),
}
_EMPTY_MEANS_NONE = frozenset({"INCIDENT_HUB_PLUGINS_ALLOW"})
