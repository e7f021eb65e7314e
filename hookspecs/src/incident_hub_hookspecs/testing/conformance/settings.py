"""What a dataclass of settings, or of an action's parameters, must be."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from incident_hub_hookspecs.settings import SETTING, Setting

__all__ = ["settings_problems"]

_SECRET = re.compile(
    r"(^|_)(secret|token|password|passphrase|api_?key|private_?key|credentials?)$", re.IGNORECASE
)


def settings_problems(cls: object, path: str = "") -> list[str]:
    """What is wrong with the class, each with its place; nothing when it is sound."""
    if not isinstance(cls, type) or not is_dataclass(cls):
        return [f"{path or 'settings'}: {cls!r} is no dataclass"]
    frozen: bool = cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    problems = [] if frozen else [f"{path or cls.__name__}: the dataclass is not frozen"]
    hints = get_type_hints(cls)
    for item in fields(cls):
        where = f"{path}.{item.name}" if path else item.name
        said: Setting = item.metadata.get(SETTING, Setting())
        if not said.description:
            problems.append(f'{where}: has no description: `setting("What it is for.", ...)`')
        if _SECRET.search(item.name) and not said.secret and _holds_text(hints[item.name]):
            problems.append(f"{where}: looks like a secret: `setting(..., secret=True)`")
        if said.secret and item.repr:
            problems.append(f"{where}: is a secret and in `repr`")
        for inner in _dataclasses_in(hints[item.name]):
            problems += settings_problems(inner, where)
    return problems


def _holds_text(kind: object) -> bool:
    return kind is str or any(_holds_text(one) for one in get_args(kind))


def _dataclasses_in(kind: Any) -> Iterator[type]:
    if isinstance(kind, type) and is_dataclass(kind):
        yield kind
    elif not (isinstance(kind, type) and issubclass(kind, Mapping)):
        for one in get_args(kind):
            yield from _dataclasses_in(one)
