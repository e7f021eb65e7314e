"""Typed reading of what `wire` wrote."""

import binascii
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import orjson

from incident_hub.host.isolation.wire import WireError
from incident_hub.host.read_only import ReadOnlyDict, read_only

__all__ = ["GARBAGE_KEY", "Garbage", "Reader", "parse"]

Read = Callable[[Any], Any]
GARBAGE_KEY = "$garbage"


def parse(data: bytes) -> Any:  # noqa: ANN401 - any JSON; what it must be is for a `Reader` to say
    """The JSON in `data`."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise WireError(f"not JSON: {error.msg}") from None


class Garbage:
    """Stands for an item that could not be read, so that its neighbours still count."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        """Why it could not be read."""
        return f"<{self.reason}>"


class Reader:
    """Reads values of a type. `frozen` makes mappings read-only, as the hub hands them to plugins."""

    def __init__(self, *, frozen: bool, special: Mapping[Any, Read] | None = None) -> None:
        self._known: dict[Any, Read] = {**_SCALARS, **(special or {})}
        self._frozen = frozen
        if frozen:
            self._known |= {object: read_only, Any: read_only}

    def of(self, kind: Any) -> Read:  # noqa: ANN401 - a type in any spelling
        """What reads a `kind`; raises `WireError` for a value that is none."""
        found = self._known.get(kind)
        if found is None:
            found = self._known[kind] = self._make(kind)
        return found

    def answer(self, kind: Any) -> Read:  # noqa: ANN401
        """The same for a plugin's whole answer: items of a list that cannot be read become `Garbage`."""
        if get_origin(kind) is not Sequence:
            return self.of(kind)
        read = _leniently(self.answer(get_args(kind)[0]))
        return lambda value: [read(one) for one in _list(value)]

    def _make(self, kind: Any) -> Read:  # noqa: ANN401
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (types.UnionType, Union):
            return self._union(inner)
        if origin is tuple and inner[-1] is not Ellipsis:
            return _row([self.of(one) for one in inner], lambda *values: values)
        if origin in (tuple, Sequence):
            return self._many(self.of(inner[0]))
        if origin is Mapping:
            return self._named(inner[1])
        if isinstance(kind, type) and issubclass(kind, Enum):
            return _member(kind)
        if is_dataclass(kind):
            hints = get_type_hints(kind)
            return _row([self.of(hints[one.name]) for one in fields(kind)], cast("type[Any]", kind))
        raise TypeError(f"{kind!r} cannot cross to another process")

    def _union(self, kinds: Sequence[Any]) -> Read:
        some = [one for one in kinds if one is not NoneType]
        read = (
            self.of(some[0]) if len(some) == 1 else _named_one({one.__name__: self.of(one) for one in some})
        )
        return (lambda value: None if value is None else read(value)) if len(some) < len(kinds) else read

    @staticmethod
    def _many(read: Read) -> Read:
        return lambda value: tuple([read(one) for one in _list(value)])

    def _named(self, kind: Any) -> Read:  # noqa: ANN401
        read = self.of(kind)

        def named(value: object) -> Mapping[str, Any]:
            if type(value) is not dict:
                raise _unexpected("an object", value)
            return {key: read(one) for key, one in value.items()}

        if not self._frozen:
            return named
        make = ReadOnlyDict if kind is object else MappingProxyType  # as the hub's own records have it
        return lambda value: make(named(value))


def _row(reads: Sequence[Read], make: Callable[..., Any]) -> Read:
    def row(value: object) -> object:
        given = _list(value)
        if len(given) != len(reads):
            raise WireError(f"expected {len(reads)} fields, got {len(given)}")
        return make(*[read(one) for read, one in zip(reads, given, strict=True)])

    return row


def _named_one(reads: Mapping[str, Read]) -> Read:
    def named(value: object) -> object:
        if type(value) is dict and len(value) == 1:
            ((name, one),) = value.items()
            if name in reads:
                return reads[name](one)
        raise _unexpected(f"one of {', '.join(reads)}", value)

    return named


def _leniently(read: Read) -> Read:
    def leniently(value: object) -> object:
        if type(value) is dict and GARBAGE_KEY in value:
            return Garbage(str(value[GARBAGE_KEY]))
        try:
            return read(value)
        except WireError as error:
            return Garbage(str(error))

    return leniently


def _member(kind: type[Enum]) -> Read:
    members = {one.value: one for one in kind}

    def member(value: object) -> Enum:
        try:
            return members[value]
        except (KeyError, TypeError):
            raise _unexpected(f"a {kind.__name__}", value) from None

    return member


def _exactly(kind: type[Any], words: str) -> Read:
    def exactly(value: object) -> object:
        if type(value) is kind:
            return value
        raise _unexpected(words, value)

    return exactly


def _list(value: object) -> list[Any]:
    if type(value) is list:
        return value
    raise _unexpected("a list", value)


def _number(value: object) -> float:
    if type(value) is float or type(value) is int:
        return value
    raise _unexpected("a number", value)


def _moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _unexpected("a time", value) from None


def _bytes(value: object) -> bytes:
    try:
        return binascii.a2b_base64(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _unexpected("bytes in base64", value) from None


def _nothing(value: object) -> None:
    if value is not None:
        raise _unexpected("nothing", value)


def _path(value: object) -> Path:
    if type(value) is str:
        return Path(value)
    raise _unexpected("a path", value)


def _as_it_is(value: object) -> object:
    return value


def _unexpected(wanted: str, value: object) -> WireError:
    return WireError(f"expected {wanted}, got {'nothing' if value is None else type(value).__name__}")


_SCALARS: dict[Any, Read] = {
    str: _exactly(str, "text"),
    int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"),
    float: _number,
    bytes: _bytes,
    datetime: _moment,
    Path: _path,
    object: _as_it_is,
    Any: _as_it_is,
    NoneType: _nothing,
}
