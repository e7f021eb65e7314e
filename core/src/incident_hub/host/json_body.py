"""Request bodies as JSON: whatever is not sound is refused with a code, and a sound one is read fast.

orjson does the reading. What it lets through is looked for only when the bytes say it may be there.
"""

import json
import re

import orjson
from incident_hub_hookspecs import PayloadError

__all__ = ["MAX_DEPTH", "MAX_KEYS", "MAX_MEMBERS", "decode_json"]

MAX_DEPTH = 64
MAX_KEYS = 10_000
MAX_MEMBERS = 200_000

_INTEGERS = range(-(2**63), 2**64)
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_NINETEEN_DIGITS = b"0" * 19
_PLACE = re.compile(r": line \d+ column \d+ \(char \d+\)$")


def decode_json(body: bytes) -> object:
    """The value that `body` holds; raises `PayloadError` for a body that must not go further.

    Codes: empty_body, not_utf8, not_json, too_deep, too_many_keys, nul_character,
    number_out_of_range. A key given twice counts once, with its last value.
    """
    try:
        data: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _refusal(body, error) from None
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH or body.count(b",") >= MAX_KEYS:
        _check_shape(data)
    if b"\\u0000" in body:
        _check_text(data)
    if _NINETEEN_DIGITS in body.translate(_DIGITS):
        json.loads(body, parse_int=_integer)
    return data


def _refusal(body: bytes, error: orjson.JSONDecodeError) -> PayloadError:
    """Which code an unreadable body deserves."""
    if not body.strip(b" \t\r\n"):
        return PayloadError("empty_body", "the body is empty")
    try:
        body.decode()
    except UnicodeDecodeError as broken:
        return PayloadError("not_utf8", f"the body is not UTF-8 at byte {broken.start}")
    if error.msg.startswith("depth limit"):
        return PayloadError("too_deep", f"nested deeper than {MAX_DEPTH}")
    if error.msg.startswith("number is infinity"):
        return PayloadError("number_out_of_range", f"a number at byte {error.pos} is too large")
    return PayloadError("not_json", f"not JSON at byte {error.pos}: {_PLACE.sub('', error.msg)}")


def _check_shape(data: object) -> None:
    """Walk the containers, level by level, never the call stack."""
    level: list[object] = [data]
    depth = members = 0
    while level := [one for one in level if type(one) is dict or type(one) is list]:
        depth += 1
        if depth > MAX_DEPTH:
            raise PayloadError("too_deep", f"nested deeper than {MAX_DEPTH}")
        below: list[object] = []
        for one in level:
            if type(one) is dict:
                if len(one) > MAX_KEYS:
                    raise PayloadError("too_many_keys", f"an object has more than {MAX_KEYS} keys")
                below.extend(one.values())
            elif type(one) is list:
                below.extend(one)
        members += len(below)
        if members > MAX_MEMBERS:
            raise PayloadError("too_many_keys", f"more than {MAX_MEMBERS} members")
        level = below


def _check_text(data: object) -> None:
    """Find a NUL character in a key or a value; the depth is known to be sound by now."""
    waiting: list[object] = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\x00" in one:
                raise PayloadError("nul_character", "text holds a NUL character")
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _integer(digits: str) -> int:
    """Refuse what orjson would have turned into a rounded float."""
    if len(digits) > 20 or (value := int(digits)) not in _INTEGERS:
        raise PayloadError("number_out_of_range", "an integer does not fit 64 bits")
    return value
