"""What can be configured, and what is refused as it is read."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incident_hub_hookspecs import BlastRadius, ConfigError, Severity, setting

__all__ = ["DAYS", "RADII", "Settings", "Window", "clock_time", "moment"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RADII = tuple(one.value for one in BlastRadius)  # from nothing to everything
_SEVERITIES = tuple(one.value for one in Severity)


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which changes are frozen: some hours of some days of each week, or one stretch of days."""

    reason: str = setting("What people are told, as `year end`.")
    days: tuple[str, ...] = setting("The days on which a weekly window begins.", default=(), choices=DAYS)
    start: str = setting("When a weekly window begins, as 18:00.", default="00:00")
    end: str = setting("When it ends; when not after `start`, on the next day.", default="00:00")
    begins: str = setting("When a dated window begins, as 2026-12-20 or 2026-12-20T18:00.", default="")
    ends: str = setting("When it ends; a date is meant with that whole day.", default="")
    decision: str = setting(
        "What is said of an action in it.", default="deny", choices=("deny", "needs_approval")
    )
    min_blast_radius: str = setting(
        "Actions that can break less are free.", default="incident", choices=RADII
    )
    except_severities: tuple[str, ...] = setting(
        "Incidents of these severities are worked on all the same.", default=(), choices=_SEVERITIES
    )

    def __post_init__(self) -> None:
        """A window is weekly or dated, and its times can be read."""
        if bool(self.days) == bool(self.begins or self.ends):
            raise ConfigError("a window has `days`, or `begins` and `ends`", "days")
        for key in ("start", "end"):
            clock_time(getattr(self, key), key)
        if not self.days and moment(self.begins, "begins") >= moment(self.ends, "ends", closes=True):
            raise ConfigError("is not after `begins`", "ends")


@dataclass(frozen=True, slots=True)
class Settings:
    """When nothing may be changed, and what may be changed at any time."""

    time_zone: str = setting("In which the windows' times are meant, as Europe/Berlin.", default="UTC")
    windows: tuple[Window, ...] = setting("When changes are frozen.", default=())
    allow_actions: tuple[str, ...] = setting(
        "Actions that are never held up, by full name; `*` stands for any text, as in `scale.*`.", default=()
    )
    approval_blast_radius: str = setting(
        "Actions that can break so much or more need an approval at any time; empty: none does.",
        default="",
        choices=("", *RADII),
    )

    def __post_init__(self) -> None:
        """There is such a time zone."""
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ConfigError(f"there is no time zone {self.time_zone!r}", "time_zone") from error


def clock_time(text: str, key: str) -> time:
    """A time of day, as 18:00."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"expected a time as 18:00, got {text!r}", key) from error


def moment(text: str, key: str, *, closes: bool = False) -> datetime:
    """A local time; a date alone is its first moment, or with `closes` its last."""
    try:
        if len(text) == len("2026-12-20"):
            return datetime.combine(date.fromisoformat(text), time.max if closes else time.min)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"expected a date as 2026-12-20, or with a time, got {text!r}", key) from error
    if found.tzinfo is not None:
        raise ConfigError("is meant in `time_zone`: leave the offset out", key)
    return found
