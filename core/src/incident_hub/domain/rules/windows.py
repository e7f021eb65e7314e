"""Maintenance windows: once or again and again, on the wall clock of a time zone.

A repeat is an RRULE of RFC 5545. Which moments a wall clock shows, over both changes of the clocks, is
`domain.schedules.wall`'s to say: an occurrence begins and ends by the wall clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rrulestr
from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.settings import setting

from incident_hub.domain.rules.matchers import MatcherSetting, check_matchers
from incident_hub.domain.rules.names import check_id
from incident_hub.domain.schedules.wall import moment, wall

__all__ = ["MaintenanceWindow", "Occurrence", "occurrence"]

_LONGEST_RULE = 500
_LONGEST = timedelta(days=366)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_FINE = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS", "BYEASTER", "DTSTART", "RDATE", "EXDATE", "EXRULE")
_AHEAD = timedelta(days=400)


class Occurrence(NamedTuple):
    """From when to when a window holds; moments in UTC, the end not included."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """Incidents that all `matchers` match are mute from `starts_at` for `minutes`, and so at each repeat.

    `starts_at` is what the wall clock of `time_zone` shows, as `2026-03-29T01:30`; `repeat` is an RRULE, as
    `FREQ=WEEKLY;BYDAY=SU`.
    """

    id: str
    matchers: tuple[MatcherSetting, ...]
    starts_at: str
    minutes: int = setting(least=1, most=366 * 24 * 60)
    time_zone: str = "UTC"
    repeat: str = setting(default="", most=_LONGEST_RULE)
    name: str = setting(default="", most=200)
    description: str = setting(default="", most=4000)
    enabled: bool = True

    def __post_init__(self) -> None:
        """Refuse what names no time, never happens, or lasts longer than the time until its next."""
        check_id(self.id)
        check_matchers(self.matchers, "matchers")
        _zone(self.time_zone)
        start = _start(self.starts_at)
        if self.repeat:
            rule = _rule(self.repeat, start)
            first = list(rule.xafter(start, count=2, inc=True))
            if not first or first[0] - start > _AHEAD:
                raise ConfigError("does not happen within 400 days", "repeat")
            if len(first) == 2 and first[1] - first[0] < timedelta(minutes=self.minutes):
                raise ConfigError("lasts longer than the time until its next repeat", "minutes")


def occurrence(window: MaintenanceWindow, now: datetime) -> Occurrence | None:
    """The occurrence that holds at `now`, else the next one; None when there is none any more."""
    return _occurrence(
        window.starts_at,
        window.minutes,
        window.time_zone,
        window.repeat,
        now.replace(second=0, microsecond=0),
    )


@lru_cache(maxsize=1024)
def _occurrence(
    starts_at: str, minutes: int, time_zone: str, repeat: str, now: datetime
) -> Occurrence | None:
    zone, start, length = _zone(time_zone), _start(starts_at), timedelta(minutes=minutes)
    since = wall(now, zone) - length - timedelta(days=1)  # the clocks move by less than a day
    starts = _rule(repeat, start).xafter(max(since, start), count=400, inc=True) if repeat else iter([start])
    for begins in starts:
        begun = moment(begins, zone)
        over = _end(begins + length, zone)
        one = Occurrence(
            begun, over if over > begun else begun + length
        )  # the clocks may jump over all of it
        if one.ends_at > now:
            return one
    return None


def _end(at: datetime, zone: ZoneInfo) -> datetime:
    """A time that the clocks show twice is the second of the two: work that runs long stays covered."""
    return at.replace(tzinfo=zone, fold=1).astimezone(UTC) if _twice(at, zone) else moment(at, zone)


def _twice(at: datetime, zone: ZoneInfo) -> bool:
    first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    back = [one.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) for one in (first, second)]
    return first.utcoffset() != second.utcoffset() and back == [at, at]


def _start(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError("is no time, as 2026-03-29T01:30", "starts_at") from None
    if found.tzinfo is not None:
        raise ConfigError("is what the wall clock of time_zone shows; leave the offset out", "starts_at")
    if not 2000 <= found.year <= 2100:
        raise ConfigError("lies between 2000 and 2100", "starts_at")
    return found.replace(second=0, microsecond=0)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"there is no time zone {name[:80]!r}; an IANA name, as Europe/Berlin", "time_zone"
        ) from None


def _rule(text: str, start: datetime) -> rrule:
    """The rule, of at most one repeat a day; raises `ConfigError`."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ConfigError(f"FREQ is one of {', '.join(_FREQUENCIES)}", "repeat")
    if any(name in text.upper() for name in _FINE) or "\n" in text:
        raise ConfigError("happens at most once a day, at the time of starts_at", "repeat")
    if parts.get("BYMONTHDAY") and parts.get("BYMONTH") and parts["FREQ"] != "YEARLY":
        raise ConfigError("BYMONTH with BYMONTHDAY is yearly: FREQ=YEARLY", "repeat")
    try:
        found = rrulestr(text, dtstart=start)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise ConfigError(f"is no RRULE of RFC 5545: {str(error)[:200]}", "repeat") from None
    if not isinstance(found, rrule):
        raise ConfigError("is a single RRULE, as FREQ=WEEKLY;BYDAY=SU", "repeat")
    return found
