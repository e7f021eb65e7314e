"""JSON as strict as the hub's doors read it, for requests that no hub decoded."""

import json
from collections.abc import Sequence

from incident_hub_hookspecs.errors import PayloadError

__all__ = ["sound_json"]

MAX_DEPTH = 64
MAX_KEYS = 10_000
_INTEGERS = range(-(2**63), 2**64)


def sound_json(body: bytes) -> object:
    """The value, or `PayloadError` with a code of the hub's doors: a parser never sees unsound JSON."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise PayloadError("not_utf8", f"the body is not UTF-8 at byte {error.start}") from None
    if not text.strip():
        raise PayloadError("empty_body", "the body is empty")
    try:
        value: object = json.loads(text, parse_constant=_no_number, parse_int=_integer)
    except RecursionError:
        raise PayloadError("too_deep", f"nested deeper than {MAX_DEPTH}") from None
    except ValueError as error:
        raise PayloadError("not_json", f"not JSON: {error}") from None
    _check(value)
    return value


def _no_number(word: str) -> object:
    raise PayloadError("not_json", f"not JSON: {word}")


def _integer(digits: str) -> int:
    if len(digits) > 20 or (value := int(digits)) not in _INTEGERS:
        raise PayloadError("number_out_of_range", "an integer does not fit 64 bits")
    return value


def _check(value: object) -> None:
    """Depth, size, NUL characters and halves of characters, level by level."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH + 1:
            raise PayloadError("too_deep", f"nested deeper than {MAX_DEPTH}")
        below: list[object] = []
        for one in level:
            if isinstance(one, str):
                _check_text(one)
            elif isinstance(one, float) and one in (float("inf"), float("-inf")):
                raise PayloadError("number_out_of_range", "a number is too large")
            else:
                below += _members(one)
        level = below


def _members(one: object) -> Sequence[object]:
    if isinstance(one, dict):
        if len(one) > MAX_KEYS:
            raise PayloadError("too_many_keys", f"an object has more than {MAX_KEYS} keys")
        return [*one.keys(), *one.values()]
    return one if isinstance(one, list) else ()


def _check_text(text: str) -> None:
    if "\0" in text:
        raise PayloadError("nul_character", "text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PayloadError("not_json", "not JSON: half a character") from None
