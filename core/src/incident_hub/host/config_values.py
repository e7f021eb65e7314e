"""The values of a configuration: what each kind of field takes, and how a wrong one is named."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sized
from math import inf, isfinite
from pathlib import Path

from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.settings import Setting

__all__ = [
    "SCALARS",
    "HubConfigError",
    "check_length",
    "check_limits",
    "did_you_mean",
    "items_of",
    "mapping_of",
]


class HubConfigError(ConfigError):
    """The hub's own configuration is wrong; `path` names the key."""


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


def check_limits(value: object, setting: Setting, path: str) -> object:
    """The value itself, when it lies within what is said of its key."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        free = setting.least == -inf
        if (free and value <= 0) or not setting.least <= value <= setting.most:
            wanted = _span(setting) if setting.least > -inf else _above_zero(setting)
            raise HubConfigError(f"must be {wanted}, got {value}", path)
    if setting.choices and value not in setting.choices:
        raise HubConfigError(f"must be one of {', '.join(setting.choices)}", path)
    if isinstance(value, str):
        check_length(value, setting, path)
    return value


def check_length(value: Sized, setting: Setting, path: str) -> None:
    """Refuse a text or a list that is shorter or longer than is said of its key."""
    if not setting.least <= len(value) <= setting.most:
        raise HubConfigError(f"must have {_span(setting)} in length, has {len(value)}", path)


def _span(setting: Setting) -> str:
    if setting.most == inf:
        return f"at least {setting.least:g}"
    return (
        f"at most {setting.most:g}"
        if setting.least == -inf
        else f"from {setting.least:g} to {setting.most:g}"
    )


def _above_zero(setting: Setting) -> str:
    return "above 0" if setting.most == inf else f"above 0 and at most {setting.most:g}"


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
