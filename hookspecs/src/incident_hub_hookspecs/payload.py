"""Helpers for webhook parsers: typed access that says what was wrong and where, within limits.

An alert has at most 256 labels; label values are cut at 4096 characters, titles at 500, descriptions
at 64 KiB, each with an ellipsis. What was cut is still whole in `Alert.raw`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from incident_hub_hookspecs.errors import PayloadError
from incident_hub_hookspecs.parsing import Delivery, RejectedItem
from incident_hub_hookspecs.payload_time import moment
from incident_hub_hookspecs.payload_words import incident_type, llm_identity, severity, status
from incident_hub_hookspecs.records import EMPTY, Alert

__all__ = [
    "MAX_LABELS",
    "MAX_TEXT",
    "MAX_TITLE",
    "MAX_VALUE",
    "as_list",
    "as_mapping",
    "cut",
    "deliver",
    "incident_type",
    "label_text",
    "llm_identity",
    "moment",
    "names",
    "parse_each",
    "severity",
    "status",
    "strings",
    "text",
]

T = TypeVar("T")

MAX_LABELS = 256
MAX_VALUE = 4096
MAX_TITLE = 500
MAX_TEXT = 64 * 1024


def as_mapping(value: object, path: str = "") -> Mapping[str, object]:
    """The value as a JSON object, else `wrong_type`."""
    if isinstance(value, dict):
        return value
    raise PayloadError("wrong_type", "expected an object", path)


def as_list(value: object, path: str = "") -> list[object]:
    """The value as a JSON array, else `wrong_type`."""
    if isinstance(value, list):
        return value
    raise PayloadError("wrong_type", "expected an array", path)


def text(value: object, path: str, limit: int = MAX_TEXT) -> str:
    """The value as text, cut to `limit`; nothing is "", anything but text is `wrong_type`."""
    if isinstance(value, str):
        return value if len(value) <= limit else cut(value, limit)
    if value is None:
        return ""
    raise PayloadError("wrong_type", "expected a string", path)


def cut(value: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis when something is missing."""
    return value if len(value) <= limit else value[: limit - 1] + "…"


def label_text(value: object) -> str:
    """Any JSON value as a label's text: numbers and booleans as in JSON, objects as compact JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def strings(value: object, path: str, limit: int = MAX_VALUE) -> Mapping[str, str]:
    """A JSON object as labels (a copy), or annotations with a greater limit; null values are dropped."""
    if not value and (value is None or isinstance(value, dict)):
        return EMPTY
    if not isinstance(value, dict):
        raise PayloadError("wrong_type", "expected an object", path)
    if len(value) > MAX_LABELS:
        raise PayloadError("too_many_labels", f"more than {MAX_LABELS} entries", path)
    try:  # the rule is text of fair length: let C find that out
        if max(map(len, value)) <= MAX_VALUE and len("".join(value.values())) <= limit:
            return value.copy()
    except TypeError:
        pass
    return _mended(value, path, limit)


def _mended(value: Mapping[str, object], path: str, limit: int) -> Mapping[str, str]:
    if max(map(len, value)) > MAX_VALUE:
        raise PayloadError("bad_label", f"a name is longer than {MAX_VALUE} characters", path)
    return {name: cut(label_text(item), limit) for name, item in value.items() if item is not None}


def names(value: object, path: str) -> tuple[str, ...]:
    """One string or an array of them, without repeats, at most 256."""
    if not value and (value is None or isinstance(value, (str, list))):
        return ()
    found = [value] if isinstance(value, str) else as_list(value, path)
    if len(found) > MAX_LABELS:
        raise PayloadError("too_many_labels", f"more than {MAX_LABELS} entries", path)
    return tuple(dict.fromkeys([text(item, f"{path}[{at}]", MAX_VALUE) for at, item in enumerate(found)]))


def parse_each(
    items: Iterable[object], parse: Callable[[object], T], path: str = ""
) -> tuple[list[T], list[RejectedItem]]:
    """Parse each item; a bad one is rejected alone, and only when all are bad is that an error."""
    found: list[T] = []
    rejected: list[RejectedItem] = []
    for index, item in enumerate(items):
        try:
            found.append(parse(item))
        except PayloadError as error:
            place = f"{path}[{index}]" + (f".{error.path}" if error.path else "")
            rejected.append(RejectedItem(index, error.code, error.message, place))
    if rejected and not found:
        first = rejected[0]
        raise PayloadError(first.code, f"{first.message} (no item could be used)", first.path)
    return found, rejected


def deliver(
    items: Iterable[object], parse: Callable[[object], Alert], path: str = "", delivery_id: str = ""
) -> Delivery:
    """The alerts of a request, as `parse_each` reads them."""
    alerts, rejected = parse_each(items, parse, path)
    return Delivery(alerts, rejected, delivery_id)
