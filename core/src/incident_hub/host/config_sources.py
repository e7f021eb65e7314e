"""Where the configuration comes from: a YAML file, then the environment, with secrets by reference."""

from collections.abc import Callable, Mapping
from pathlib import Path

from incident_hub.host.config_values import HubConfigError
from incident_hub.host.config_yaml import read_yaml

__all__ = ["ENVIRONMENT", "read_sources"]

DEFAULT_FILE = Path("incident-hub.yaml")
SECRET_FILE_LIMIT = 64 * 1024


def read_sources(path: Path | None, env: Mapping[str, str]) -> dict[str, object]:
    """One mapping: the file's content with references resolved, overlaid by the environment."""
    file = path or _file_from(env)
    data = read_yaml(file) if file else {}
    base = file.parent if file else Path()
    resolved = {key: resolve(value, env, base, key) for key, value in data.items()}
    for name, (key, convert) in ENVIRONMENT.items():
        if env.get(name, "") != "":
            resolved[key] = convert(env[name], name)
    return resolved


def resolve(value: object, env: Mapping[str, str], base: Path, path: str) -> object:
    """Replace each `{"$env": NAME}` and `{"$file": PATH}`, however deep, by the secret it points to."""
    if isinstance(value, Mapping):
        if "$env" in value or "$file" in value:
            return _secret(value, env, base, path)
        return {key: resolve(one, env, base, f"{path}.{key}") for key, one in value.items()}
    if isinstance(value, list):
        return [resolve(one, env, base, f"{path}[{index}]") for index, one in enumerate(value)]
    return value


def _secret(value: Mapping[object, object], env: Mapping[str, str], base: Path, path: str) -> str:
    (key, name), *more = value.items()
    if more or not isinstance(name, str):
        raise HubConfigError("a reference is `$env` or `$file` alone, with a text value", path)
    if key == "$file":
        return _secret_file(base / Path(name).expanduser(), path)
    if name not in env:
        raise HubConfigError(f"the environment variable {name} is not set", path)
    return env[name]


def _secret_file(file: Path, path: str) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(SECRET_FILE_LIMIT + 1)
        if len(content) > SECRET_FILE_LIMIT:
            raise HubConfigError(f"the file {file} is larger than {SECRET_FILE_LIMIT} bytes", path)
        return content.decode().rstrip("\r\n")
    except OSError as error:
        raise HubConfigError(f"cannot read {file}: {error.strerror}", path) from error
    except UnicodeDecodeError as error:
        raise HubConfigError(f"the file {file} is not UTF-8 text", path) from error


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
    "INCIDENT_HUB_STRICT_PLUGINS": ("strict_plugins", _truth),
}
