"""The values of a configuration: what each kind of field takes, and how a wrong one is named."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path

from incident_hub_hookspecs import ConfigError

__all__ = ["SCALARS", "HubConfigError", "Limits", "check_limits", "did_you_mean", "items_of", "mapping_of"]


class HubConfigError(ConfigError):
    """The hub's own configuration is wrong; `path` names the key."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a field's value may be; numbers must be above zero unless this says otherwise."""

    least: float = -inf
    most: float = inf
    choices: tuple[str, ...] = ()

    def metadata(self) -> dict[str, "Limits"]:
        """As `dataclasses.field` wants it."""
        return {"limits": self}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion to end a message with, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def mapping_of(value: object, path: str) -> Mapping[str, object]:
    """The value as a mapping with text keys."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise HubConfigError(f"expected a mapping with text keys, got {_kind(value)}", path)
    return value


def items_of(value: object, path: str) -> list[tuple[object, str]]:
    """The items of a list, each with its own path."""
    if not isinstance(value, list | tuple):
        raise HubConfigError(f"expected a list, got {_kind(value)}", path)
    return [(one, f"{path}[{index}]") for index, one in enumerate(value)]


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise HubConfigError(f"expected text, got {_kind(value)}", path)
    return value


def _path(value: object, path: str) -> Path:
    return value if isinstance(value, Path) else Path(_text(value, path)).expanduser()


def _whole(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise HubConfigError(f"expected a whole number, got {_kind(value)}", path)
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise HubConfigError(f"expected a number, got {_kind(value)}", path)
    return value


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise HubConfigError(f"expected true or false, got {_kind(value)}", path)
    return value


SCALARS: Mapping[object, Callable[[object, str], object]] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _truth,
    Path: _path,
}


def check_limits(value: object, limits: Limits, path: str) -> object:
    """The value itself, when it lies within the limits."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        free = limits.least == -inf
        if (free and value <= 0) or not limits.least <= value <= limits.most:
            wanted = "above 0" if free else f"from {limits.least:g} to {limits.most:g}"
            raise HubConfigError(f"must be {wanted}, got {value}", path)
    if limits.choices and value not in limits.choices:
        raise HubConfigError(f"must be one of {', '.join(limits.choices)}", path)
    return value


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
