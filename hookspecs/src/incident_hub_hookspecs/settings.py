"""A plugin's configuration: a frozen dataclass whose fields say what may stand in them.

A plugin returns the dataclass from `register_config`. The hub builds it from `plugins.<name>` of its
configuration, after it put secrets in the place of `{$env: NAME}` and `{$file: PATH}`. Fields may be
`str`, `int`, `float`, `bool`, `pathlib.Path`, `X | None`, `tuple[X, ...]`, `Mapping[str, X]` and other
dataclasses. An unknown key, a wrong type or a value out of range is refused with the path of the key.
What hangs together is checked in `__post_init__`, which raises `ConfigError(message, key)`; the hub puts the
path of the dataclass before the key. `incident-hub plugins schema NAME` shows the dataclass as JSON schema.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from math import inf
from typing import Any

__all__ = ["REST", "SETTING", "Setting", "setting"]

SETTING = "incident_hub"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is said of one key: `least` and `most` bound numbers, and the length of texts and lists.

    A number without bounds must be above zero. `secret` keeps the value out of `repr`, of the JSON
    that people see, and asks for a reference instead of plain text. `rest` marks the mapping that takes
    the keys no other field is for.
    """

    description: str = ""
    least: float = -inf
    most: float = inf
    choices: tuple[str, ...] = ()
    secret: bool = False
    rest: bool = False

    def metadata(self) -> dict[str, "Setting"]:
        """As `dataclasses.field` wants it."""
        return {SETTING: self}


REST = Setting(rest=True)


def setting(
    description: str = "",
    *,
    default: Any = MISSING,  # noqa: ANN401 - the default of a field of any type
    default_factory: Callable[[], Any] | None = None,
    least: float = -inf,
    most: float = inf,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:  # noqa: ANN401 - as `dataclasses.field`
    """A dataclass field with its description and limits; without a default the key must be given."""
    known = Setting(description, least, most, choices, secret)
    options: dict[str, Any] = {"metadata": known.metadata(), "repr": not secret}
    if default_factory is not None:
        options["default_factory"] = default_factory
    elif default is not MISSING:
        options["default"] = default
    return field(**options)
