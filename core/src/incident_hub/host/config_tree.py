"""From a mapping to a frozen dataclass: every key known, every value of its type and in its range."""

import types
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.settings import SETTING, Setting

from incident_hub.host.config_values import (
    SCALARS,
    HubConfigError,
    check_length,
    check_limits,
    did_you_mean,
    items_of,
    mapping_of,
)
from incident_hub.host.read_only import read_only

__all__ = ["build", "check_some", "key_of", "settings_of"]

T = TypeVar("T")


def build(cls: type[T], data: object, path: str) -> T:
    """Make `cls` from a mapping; `path` is where in the configuration the mapping stands.

    Raises `HubConfigError`, which names the key; `TypeError` when the class itself has a field of a
    type that no configuration can hold.
    """
    given = mapping_of(data, path)
    known = settings_of(cls)
    names = {key_of(item.name): item.name for item in fields(cls)}  # type: ignore[arg-type]
    rest = next((name for name, said in known.items() if said.rest), None)
    unknown = {key: value for key, value in given.items() if key not in known or key == rest}
    if unknown and rest is None:
        key = next(iter(unknown))
        raise HubConfigError(f"unknown key{did_you_mean(key, known)}", _join(path, key))
    values = _values(cls, {key: value for key, value in given.items() if key not in unknown}, path)
    if rest is not None:
        values[rest] = read_only(unknown)
    _insist(cls, values, path)
    return _made(cls, {names[key]: value for key, value in values.items()}, path)


def check_some(cls: type[Any], data: Mapping[str, object], later: Collection[str], path: str) -> None:
    """Check the values that are known; those of the keys in `later` are filled in when they are needed."""
    known = settings_of(cls)
    if any(said.rest for said in known.values()):
        return
    for key in (*data, *later):
        if key not in known:
            raise HubConfigError(f"unknown key{did_you_mean(key, known)}", _join(path, key))
    values = _values(cls, {key: value for key, value in data.items() if key not in later}, path)
    _insist(cls, {**values, **dict.fromkeys(later)}, path)


def key_of(name: str) -> str:
    """The key of a field: a field that would be a word of Python, as `if_`, ends in an underscore."""
    return name.rstrip("_")


def _values(cls: type[Any], given: Mapping[str, object], path: str) -> dict[str, object]:
    known = settings_of(cls)
    hints = {key_of(name): hint for name, hint in get_type_hints(cls).items()}
    return {key: _value(hints[key], value, known[key], _join(path, key)) for key, value in given.items()}


def _insist(cls: type[Any], given: Collection[str], path: str) -> None:
    for item in fields(cls):
        if key_of(item.name) not in given and item.default is MISSING and item.default_factory is MISSING:
            raise HubConfigError("missing", _join(path, key_of(item.name)))


def _made(cls: type[T], values: Mapping[str, object], path: str) -> T:
    """What the class itself refuses, in `__post_init__`, gets the path too."""
    try:
        return cls(**values)
    except HubConfigError:
        raise
    except ConfigError as error:
        raise HubConfigError(error.message, _join(path, error.path) if error.path else path) from error


def settings_of(cls: type[Any]) -> dict[str, Setting]:
    """What is said of each key of a configuration class."""
    return {key_of(item.name): item.metadata.get(SETTING, Setting()) for item in fields(cls)}


def _value(kind: object, value: object, said: Setting, path: str) -> object:
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        wanted = next(one for one in get_args(kind) if one is not types.NoneType)
        return None if value is None else _value(wanted, value, said, path)
    if origin is tuple:
        return _many(get_args(kind)[0], value, said, path)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _named(get_args(kind)[1], value, path)
    if is_dataclass(kind):
        return build(kind, {} if value is None else value, path)  # type: ignore[arg-type]
    if kind is object or kind is Any:
        return read_only(value)
    if kind not in SCALARS:
        raise TypeError(f"{path}: no configuration can hold {kind!r}")
    return check_limits(SCALARS[kind](value, path), said, path)


def _many(kind: object, value: object, said: Setting, path: str) -> tuple[object, ...]:
    """Bounds of a list are for its length, choices for its items."""
    given = items_of(value, path)
    check_length(given, said, path)
    return tuple(_value(kind, one, Setting(choices=said.choices), at) for one, at in given)


def _named(kind: object, value: object, path: str) -> Mapping[str, object]:
    given = {} if value is None else mapping_of(value, path)
    return MappingProxyType(
        {key: _value(kind, one, Setting(), _join(path, key)) for key, one in given.items()}
    )


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
