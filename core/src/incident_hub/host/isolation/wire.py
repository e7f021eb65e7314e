"""The contract's data as JSON, and back: whoever reads says which type it expects, the wire names none.

A record becomes the array of its fields; where one of several kinds may stand, an object with its name.
Reading builds nothing but the contract's own types and checks every value on the way, so whatever a
plugin's process sends is data, never code.
"""

import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from pathlib import PurePath
from typing import Any, get_args

import orjson
from incident_hub_hookspecs.endpoint import Credential

__all__ = ["WireError", "encode"]

_OURS = ("incident_hub.", "incident_hub_hookspecs.")
_NAMED = get_args(Credential)  # one of several may stand in its place, so it bears its name
_OPTIONS = orjson.OPT_PASSTHROUGH_DATACLASS


class WireError(Exception):
    """What came is not what was expected, or what shall go is no data."""


def encode(value: object) -> bytes:
    """The value as JSON; raises `WireError` for what the contract has no place for."""
    try:
        return orjson.dumps(value, _plain, _OPTIONS)
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"cannot be sent: {error.__cause__ or error}") from None


def _plain(value: Any) -> object:  # noqa: ANN401 - as orjson hands it over
    """What orjson does not know by itself."""
    if is_dataclass(value):
        values = _values(type(value))(value)  # type: ignore[arg-type]
        return {type(value).__name__: values} if isinstance(value, _NAMED) else values
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes | bytearray):
        return binascii.b2a_base64(value, newline=False).decode("ascii")
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no data")


@lru_cache(maxsize=512)
def _values(cls: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """How the fields of a record are taken out, those of the contract only when a plugin derives from it."""
    known = next((one for one in cls.__mro__ if is_dataclass(one) and _is_ours(one)), None)
    if known is None:
        raise TypeError(f"{cls.__name__} is no record of the contract")
    names = [one.name for one in fields(known)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _is_ours(cls: type[Any]) -> bool:
    return f"{cls.__module__}.".startswith(_OURS) and not issubclass(cls, Enum)
