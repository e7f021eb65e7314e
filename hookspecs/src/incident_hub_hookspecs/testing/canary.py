"""A secret that sings: it is planted into the settings, and must turn up in nothing that people read."""

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any

from incident_hub_hookspecs.settings import SETTING, Setting

__all__ = ["CANARY", "Watch", "planted", "watched"]

# 24 letters and digits, so that it is sound base64 as well, as some secrets have to be.
CANARY = "kitCanarySecret000042xyz"


def planted(settings: Any) -> Any:
    """The settings with the canary as each secret that does not hold it already, however deep."""
    if not is_dataclass(settings) or isinstance(settings, type):
        return settings
    changes: dict[str, object] = {}
    for item in fields(settings):
        said: Setting = item.metadata.get(SETTING, Setting())
        value = getattr(settings, item.name)
        new = _sung(value) if said.secret else _deeper(value)
        if new is not value:
            changes[item.name] = new
    return replace(settings, **changes) if changes else settings


def _deeper(value: object) -> object:
    if is_dataclass(value):
        return planted(value)
    if isinstance(value, tuple):
        new = tuple(_deeper(one) for one in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    if isinstance(value, Mapping):
        named = {key: _deeper(one) for key, one in value.items()}
        return value if all(named[key] is one for key, one in value.items()) else named
    return value


def _sung(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _sung(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_sung(one) for one in value)
    if isinstance(value, str):
        return value if CANARY in value else CANARY
    return CANARY if value is None else value


class Watch(logging.Handler):
    """Reads along what is logged and what is raised, and notes where the canary sang."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.leaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a log record: its text, its arguments, what else it carries."""
        raised = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.look(f"the log of {record.name}", f"{record.getMessage()} {record.__dict__!r} {raised}")

    def look(self, place: str, text: str) -> None:
        """Look at a text."""
        if CANARY in text:
            self.leaks.append(place)

    def look_at_error(self, error: BaseException) -> None:
        """Look at an error, and at those that it came from: the hub logs them all."""
        self.look(f"a {type(error).__name__}", "".join(traceback.format_exception(error)) + repr(error))


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch the logs of the whole program at every level."""
    watch, root = Watch(), logging.getLogger()
    before = root.level
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    try:
        yield watch
    finally:
        root.setLevel(before)
        root.removeHandler(watch)
