"""Times, dates and ids as people write them, refused with the place where they stand."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from incident_hub_hookspecs import ConfigError

from incident_hub.domain.schedules import ScheduleError, zone_named

__all__ = ["check_id", "check_ids", "check_zone", "day_of", "moment_of", "time_of"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+/-]{0,127}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def check_id(text: str, path: str) -> None:
    """Refuse what no receiver could name."""
    if not _ID.fullmatch(text):
        wanted = "begins with a letter or digit and has at most 128 of A-Z a-z 0-9 . _ @ + / -"
        raise ConfigError(f"{text[:80]!r} is no id: one {wanted}", path)


def check_ids(texts: tuple[str, ...], path: str) -> None:
    """Refuse a list with something that is no id, or with one id twice."""
    for number, text in enumerate(texts):
        check_id(text, f"{path}[{number}]")
        if text in texts[:number]:
            raise ConfigError(f"{text!r} stands there twice", f"{path}[{number}]")


def check_zone(name: str, path: str) -> ZoneInfo:
    """The time zone."""
    try:
        return zone_named(name, path)
    except ScheduleError as error:
        raise ConfigError(str(error).removeprefix(f"{path}: "), path) from None


def time_of(text: str, path: str) -> time:
    """A time of day on the wall clock, as in 17:00."""
    if not _TIME.fullmatch(text):
        raise ConfigError(f'{text[:40]!r} is no time of day, such as "17:00"', path)
    return time.fromisoformat(text)


def day_of(text: str, path: str) -> date:
    """A day, as in 2026-01-05."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f'{text[:40]!r} is no day, such as "2026-01-05"', path) from None


def moment_of(text: str, path: str) -> datetime:
    """A moment with its offset, as in 2026-01-05T09:00:00+01:00."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ConfigError(f'{text[:40]!r} is no moment, such as "2026-01-05T09:00:00+01:00"', path)
    return found
