"""From a mapping to a frozen dataclass: every key known, every value of its type and in its range."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from incident_hub.host.config_values import (
    SCALARS,
    HubConfigError,
    Limits,
    check_limits,
    did_you_mean,
    items_of,
    mapping_of,
)

__all__ = ["build"]

T = TypeVar("T")


def build(cls: type[T], data: object, path: str) -> T:
    """Make `cls` from a mapping; `path` is where in the configuration the mapping stands."""
    given = mapping_of(data, path)
    known: dict[str, Field[Any]] = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    rest = next((name for name, item in known.items() if "rest" in item.metadata), None)
    unknown = {key: value for key, value in given.items() if key not in known or key == rest}
    if unknown and rest is None:
        key = next(iter(unknown))
        raise HubConfigError(f"unknown key{did_you_mean(key, known)}", _join(path, key))
    hints = get_type_hints(cls)
    values = {
        key: _value(hints[key], value, known[key], _join(path, key))
        for key, value in given.items()
        if key not in unknown
    }
    if rest is not None:
        values[rest] = MappingProxyType(unknown)
    _require(known, values, path)
    return cls(**values)


def _require(known: Mapping[str, "Field[Any]"], values: Mapping[str, object], path: str) -> None:
    for name, item in known.items():
        if name not in values and item.default is MISSING and item.default_factory is MISSING:
            raise HubConfigError("missing", _join(path, name))


def _value(kind: object, value: object, item: "Field[Any]", path: str) -> object:
    origin = get_origin(kind)
    if origin is types.UnionType:
        return None if value is None else _value(get_args(kind)[0], value, item, path)
    if origin is tuple:
        return tuple(_value(get_args(kind)[0], one, item, at) for one, at in items_of(value, path))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _named(get_args(kind)[1], value, item, path)
    if is_dataclass(kind):
        return build(kind, {} if value is None else value, path)  # type: ignore[arg-type]
    if kind is object:
        return value
    return check_limits(SCALARS[kind](value, path), item.metadata.get("limits", Limits()), path)


def _named(kind: object, value: object, item: "Field[Any]", path: str) -> Mapping[str, object]:
    given = {} if value is None else mapping_of(value, path)
    return MappingProxyType({key: _value(kind, one, item, _join(path, key)) for key, one in given.items()})


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
