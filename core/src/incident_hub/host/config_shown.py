"""Settings as people may see them: a secret is never shown, a reference as it stands in the file."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from incident_hub_hookspecs.settings import Setting

from incident_hub.domain.redaction import redact
from incident_hub.host.config_secrets import is_reference
from incident_hub.host.config_tree import settings_of

__all__ = ["ShownSetting", "shown_settings"]

_SECRET_NAME = re.compile(r"(?i)secret|token|passw|api_?key|private_?key|credential")
_NONE = Setting()


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One key, `path` from the plugin's own part on. `plain_secret`: a secret stands in the file itself."""

    path: str
    value: str
    description: str = ""
    plain_secret: bool = False


def shown_settings(settings: object, written: object) -> list[ShownSetting]:
    """Every key of a plugin's settings; `written` is the same part of the file, references unresolved."""
    return list(_shown(settings, written, _NONE, ""))


def _shown(value: object, written: object, said: Setting, path: str) -> Iterator[ShownSetting]:
    if is_reference(written):
        yield ShownSetting(path, _text(written), said.description)
    elif said.secret:
        told = "(hidden)" if value else "(not set)"
        yield ShownSetting(path, told, said.description, plain_secret=bool(value) and written is not None)
    elif is_dataclass(value):
        yield from _fields(value, written, path)
    elif isinstance(value, Mapping) and (value or not path):
        yield from _named(value, written, path)
    elif isinstance(value, list | tuple) and any(
        is_dataclass(one) or isinstance(one, Mapping) for one in value
    ):
        known = written if isinstance(written, list) else []
        for index, one in enumerate(value):
            below = known[index] if index < len(known) else None
            yield from _shown(one, below, _NONE, f"{path}[{index}]")
    else:
        yield ShownSetting(path, redact(_text(value)), said.description)


def _fields(value: Any, written: object, path: str) -> Iterator[ShownSetting]:  # noqa: ANN401 - any dataclass
    for name, said in settings_of(type(value)).items():
        if said.rest:
            yield from _shown(getattr(value, name), written, said, path)
        else:
            yield from _shown(getattr(value, name), _below(written, name), said, _join(path, name))


def _named(value: Mapping[str, object], written: object, path: str) -> Iterator[ShownSetting]:
    """Nothing says here what is a secret, so the keys' names do."""
    for name, one in value.items():
        plainly = isinstance(one, str) and _SECRET_NAME.search(name) is not None
        said = Setting(secret=True) if plainly else _NONE
        yield from _shown(one, _below(written, name), said, _join(path, name))


def _below(written: object, name: str) -> object:
    return written.get(name) if isinstance(written, Mapping) else None


def _text(value: object) -> str:
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, default=str, ensure_ascii=False)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
