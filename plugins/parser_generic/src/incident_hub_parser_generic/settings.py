"""What can be configured: senders whose payloads have a shape of their own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, Severity, setting

from incident_hub_parser_generic.shape import NAMES

__all__ = ["Sender", "Settings"]

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Sender:
    """Where one sender's payload keeps what an alert needs."""

    source: str | None = setting(
        "The source of its alerts, when they name none; the slug by default.", default=None, least=1
    )
    items: str | None = setting(
        "The path of its alerts, as in `data.events`; the body itself by default.", default=None, least=1
    )
    fields: Mapping[str, str] = setting(
        "Paths by the names they are read as, as in `title: event.name`.", default_factory=dict
    )
    severities: Mapping[str, str] = setting("P0 to P4 by its own words for them.", default_factory=dict)
    stateful: bool | None = setting(
        "Whether it reports an end; by default an alert with a status or an end does.", default=None
    )

    def __post_init__(self) -> None:
        """Names, paths and severities that there are."""
        for name in self.fields:
            if name not in NAMES:
                raise ConfigError(f"unknown key; known are {', '.join(NAMES)}", f"fields.{name}")
        paths = {f"fields.{name}": path for name, path in self.fields.items()}
        for key, path in {"items": self.items, **paths}.items():
            if path is not None and not all(path.split(".")):
                raise ConfigError("expected a path such as event.name", key)
        for word, level in self.severities.items():
            if level not in list(Severity):
                raise ConfigError(f"must be one of {', '.join(Severity)}", f"severities.{word}")


@dataclass(frozen=True, slots=True)
class Settings:
    """The senders by their slugs."""

    slugs: Mapping[str, Sender] = setting("Senders by the slug they post to.", default_factory=dict)

    def __post_init__(self) -> None:
        """Slugs that are free."""
        for slug in self.slugs:
            if not SLUG.fullmatch(slug) or slug == "generic":
                raise ConfigError("not a free slug: a-z, 0-9, _ and -, and not generic", f"slugs.{slug}")
