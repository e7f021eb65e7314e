"""Parts of an answer: by JSON pointer (RFC 6901), or by a path with dots and brackets."""

import re
from collections.abc import Mapping

from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.asking import one_line
from incident_hub_hookspecs.payload import label_text

__all__ = ["MISSING", "check_path", "fact_text", "picked", "plain_fact"]

MISSING = object()
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"(?:[^.\[\]]+|\[\d+\])(?:\.[^.\[\]]+|\[\d+\])*")
_MOST_TEXT = 500


def check_path(path: str, key: str) -> None:
    """Refuse what is neither a pointer nor a path."""
    if not path.startswith("/") and not _PATH.fullmatch(path):
        raise ConfigError("is neither a JSON pointer, as /owner/name, nor a path, as owner.teams[0]", key)


def picked(document: object, path: str) -> object:
    """What stands there, or `MISSING`."""
    found = document
    for step in _steps(path):
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isascii() and step.isdecimal() and int(step[:9]) < len(found):
            found = found[int(step[:9])]
        else:
            return MISSING
    return found


def plain_fact(value: object) -> object:
    """The value as it is kept: numbers and truth as they are, text on one line, the rest as short JSON."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        fine = abs(value) < 2**53  # neither NaN nor infinity is
        return value if fine else str(value)
    return one_line(label_text(value), _MOST_TEXT)


def fact_text(value: object) -> str:
    """The fact for people."""
    return value if isinstance(value, str) else label_text(value)


def _steps(path: str) -> list[str]:
    if path.startswith("/"):
        return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]
    return [name or number for name, number in _STEP.findall(path)]
