"""What rules are called."""

import re

from incident_hub_hookspecs import ConfigError

__all__ = ["check_id"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_id(key: str) -> None:
    """Raise `ConfigError` unless it can name a rule."""
    if not _ID.fullmatch(key):
        raise ConfigError("an id has 1 to 100 letters, digits, dots, dashes or underscores", "id")
