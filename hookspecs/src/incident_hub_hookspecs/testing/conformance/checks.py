"""What plain data is, and what the hub takes of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from math import isfinite
from typing import Any, TypeVar

__all__ = [
    "MOST_JSON_BYTES",
    "MOST_TEXT",
    "a_share",
    "a_text",
    "aware",
    "hold",
    "instance",
    "plain",
    "plain_json",
    "sequence",
    "snapshot",
    "texts",
]

T = TypeVar("T")
MOST_TEXT = 500
MOST_JSON_BYTES = 16 * 1024
_DEPTH = 32


def hold(true: object, otherwise: str) -> None:
    """Fail with this sentence, unless it is true."""
    __tracebackhide__ = True
    if not true:
        raise AssertionError(otherwise)


def instance(value: object, kind: type[T], where: str) -> T:
    """The value, which must be of this kind of the contract."""
    if not isinstance(value, kind):
        raise AssertionError(f"{where}: expected {_article(kind.__name__)}, got {_short(value)}")
    return value


def sequence(value: object, where: str, length: int | None = None) -> Sequence[Any]:
    """The value, which must be a list or a tuple, of that length when one is given."""
    if not isinstance(value, list | tuple):
        raise AssertionError(f"{where}: expected a list or a tuple, got {_short(value)}")
    if length is not None:
        hold(len(value) == length, f"{where}: expected {length} answers, in order, got {len(value)}")
    return value


def a_text(value: object, where: str, most: int = MOST_TEXT) -> None:
    """Text that can be stored: no longer than the hub keeps, no NUL, no half characters."""
    if not isinstance(value, str):
        raise AssertionError(f"{where}: expected text, got {_short(value)}")
    hold(len(value) <= most, f"{where}: has {len(value)} characters, the hub keeps {most}")
    hold("\0" not in value, f"{where}: holds a NUL character")
    hold(_encodes(value), f"{where}: holds half a character, which no database stores")


def texts(value: object, where: str, most: int = MOST_TEXT) -> None:
    """A tuple of texts."""
    for index, one in enumerate(sequence(value, where)):
        a_text(one, f"{where}[{index}]", most)


def a_share(value: object, where: str) -> None:
    """A number from 0 to 1."""
    right = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    hold(right and 0 <= value <= 1, f"{where}: expected a number from 0 to 1, got {_short(value)}")  # type: ignore[operator]


def aware(value: object, where: str) -> None:
    """A time with a time zone, or none at all."""
    if value is not None:
        right = isinstance(value, datetime) and value.tzinfo is not None
        hold(right, f"{where}: expected a time with a time zone, got {_short(value)}")


def plain_json(value: object, where: str, most: int = MOST_JSON_BYTES) -> None:
    """A mapping that JSON can hold, no longer than the hub keeps."""
    if not isinstance(value, Mapping):
        raise AssertionError(f"{where}: expected a mapping, got {_short(value)}")
    size = len(json.dumps(plain(value, where)).encode())
    hold(size <= most, f"{where}: is {size} bytes of JSON, the hub keeps {most}")


def plain(value: object, where: str, depth: int = _DEPTH) -> object:
    """The value as JSON's own types; what is none of them is named with its place."""
    hold(depth > 0, f"{where}: nested deeper than {_DEPTH}")
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        hold(isfinite(value), f"{where}: JSON has no {value}")
        return value
    if isinstance(value, Mapping):
        for key in value:
            hold(isinstance(key, str), f"{where}: the key {_short(key)} is not text")
        return {key: plain(one, f"{where}.{key}", depth - 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one, f"{where}[{index}]", depth - 1) for index, one in enumerate(value)]
    raise AssertionError(f"{where}: JSON cannot hold {_short(value)}")


def snapshot(value: object) -> object:
    """The value with everything in it, in a form that nobody else has in hand."""
    if is_dataclass(value) and not isinstance(value, type):
        return (
            type(value),
            tuple((item.name, snapshot(getattr(value, item.name))) for item in fields(value)),
        )
    if isinstance(value, Mapping):
        return tuple((key, snapshot(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return (type(value), tuple(snapshot(one) for one in value))
    return value if isinstance(value, str | bytes | int | float | datetime | Enum | None) else repr(value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def _short(value: object) -> str:
    told = repr(value)
    return f"{type(value).__name__} {told if len(told) <= 80 else told[:77] + '...'}"
