"""How long: `30s`, `5m`, `1h30m`, `2d`, or a bare number of seconds."""

import re

from incident_hub_hookspecs import ConfigError

__all__ = ["LONGEST_SECONDS", "seconds_of"]

LONGEST_SECONDS = 30 * 86_400
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds_of(text: str, key: str = "") -> float:
    """The seconds, above 0 and at most 30 days; raises `ConfigError` at the key."""
    bare = text.strip().lower()
    parts = _PART.findall(bare)
    if re.fullmatch(r"\d+(?:\.\d+)?", bare):
        found = float(bare)
    elif parts and "".join(number + unit for number, unit in parts) == bare:
        found = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    else:
        raise ConfigError(f"{text[:40]!r} is no duration: write it as 30s, 5m, 1h or 1h30m", key)
    if not 0 < found <= LONGEST_SECONDS:
        raise ConfigError(f"{text[:40]!r} must be above 0 and at most 30 days", key)
    return found
