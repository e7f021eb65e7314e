"""Secrets by reference: `{"$env": NAME}` and `{"$file": PATH}` stand for what they point to."""

from collections.abc import Callable, Mapping
from pathlib import Path

from incident_hub.host.config_values import HubConfigError

__all__ = ["found_or_lost", "is_reference", "refuse_lost", "resolve"]

_Read = Callable[[Mapping[object, object], Mapping[str, str], Path, str], object]
SECRET_FILE_LIMIT = 64 * 1024


class LostSecret:
    """Stands where a reference in a plugin's options leads nowhere: that plugin's trouble, not the hub's."""

    def __init__(self, error: HubConfigError) -> None:
        self.error = error


def refuse_lost(value: object) -> None:
    """Raise the `HubConfigError` of the first reference in these options that leads nowhere."""
    if isinstance(value, LostSecret):
        raise value.error
    inside = (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    )
    for one in inside:
        refuse_lost(one)


def resolve(
    value: object, env: Mapping[str, str], base: Path, path: str, read: _Read | None = None
) -> object:
    """Replace each `{"$env": NAME}` and `{"$file": PATH}`, however deep, by the secret it points to."""
    if isinstance(value, Mapping):
        if is_reference(value):
            return (read or _secret)(value, env, base, path)
        return {key: resolve(one, env, base, f"{path}.{key}", read) for key, one in value.items()}
    if isinstance(value, list):
        return [resolve(one, env, base, f"{path}[{index}]", read) for index, one in enumerate(value)]
    return value


def is_reference(value: object) -> bool:
    """Whether it stands for a secret."""
    return isinstance(value, Mapping) and ("$env" in value or "$file" in value)


def found_or_lost(value: Mapping[object, object], env: Mapping[str, str], base: Path, path: str) -> object:
    """The secret, or what tells later that there is none."""
    try:
        return _secret(value, env, base, path)
    except HubConfigError as error:
        return LostSecret(error)


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
