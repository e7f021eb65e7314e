"""A schedule as people write it down: layers of rotations, hours in which they hold, and overrides."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = [
    "CalendarLayer",
    "Layer",
    "Override",
    "Restriction",
    "Rotation",
    "RotationKind",
    "Schedule",
    "ScheduleError",
    "Turn",
    "zone_named",
]

WEEKDAYS = range(7)  # Monday is 0, as in ISO 8601 less one
_WEEK = timedelta(weeks=1)


class ScheduleError(ValueError):
    """A schedule that cannot be: `path` names the place."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


def zone_named(name: str, path: str = "time_zone") -> ZoneInfo:
    """The IANA time zone; raises `ScheduleError` for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(path, f"{name[:80]!r} is no IANA time zone, such as Europe/Berlin") from None


class RotationKind(StrEnum):
    """What a turn is counted in."""

    DAILY = "daily"
    WEEKLY = "weekly"
    HOURLY = "hourly"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Turns of `length` days, weeks or hours, counted from `starts_on` at `handoff` on the wall clock.

    The hand-off stays at its hour when the clocks change, so that turn is an hour shorter or longer.
    """

    kind: RotationKind
    starts_on: date
    handoff: time = time(9)
    length: int = 1

    def __post_init__(self) -> None:
        """Refuse a turn without length."""
        if self.length < 1:
            raise ScheduleError("rotation.length", "must be at least 1")

    @property
    def turn(self) -> timedelta:
        """How long a turn is by the wall clock."""
        if self.kind is RotationKind.HOURLY:
            return timedelta(hours=self.length)
        return timedelta(days=self.length) if self.kind is RotationKind.DAILY else _WEEK * self.length

    @property
    def begins(self) -> datetime:
        """The first hand-off by the wall clock."""
        return datetime.combine(self.starts_on, self.handoff)


@dataclass(frozen=True, slots=True)
class Restriction:
    """Hours in which a layer holds: on these weekdays from `start` to `end`, past midnight when end is not later.

    The weekday is that of the start. From a time to the same time is a whole day.
    """

    weekdays: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        """Refuse days that no week has."""
        if not self.weekdays or not self.weekdays <= set(WEEKDAYS):
            raise ScheduleError("restriction.weekdays", "must be some of 0 (Monday) to 6 (Sunday)")


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. Without restrictions it holds at all hours, else within any of them.

    It holds from its rotation's first hand-off until `ends_at`, for ever when that is None. A layer with a
    time zone of its own goes by that one's clock: each part of the world keeps its hours.
    """

    name: str
    people: tuple[str, ...]
    rotation: Rotation
    restrictions: tuple[Restriction, ...] = ()
    ends_at: datetime | None = None
    time_zone: str = ""

    def __post_init__(self) -> None:
        """Refuse a layer of nobody, and a time zone that nobody knows."""
        if not self.people:
            raise ScheduleError("layer.people", "must name somebody")
        if self.time_zone:
            zone_named(self.time_zone, "layer.time_zone")

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """Its own time zone, else the schedule's."""
        return ZoneInfo(self.time_zone) if self.time_zone else default


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's time, as a calendar has it."""

    person: str
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        """Refuse a time without length."""
        if self.ends_at <= self.starts_at:
            raise ScheduleError("turn.ends_at", "must be after its start")


@dataclass(frozen=True, slots=True)
class CalendarLayer:
    """Turns that somebody wrote into a calendar; of those that hold together the one that began last counts."""

    name: str
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else is on call for a while, whatever the layers say. Of several the latest made counts."""

    id: str
    person: str
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        """Refuse a while without length."""
        if self.ends_at <= self.starts_at:
            raise ScheduleError("override.ends_at", "must be after its start")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Of the layers that hold, the last one counts; overrides count before all layers."""

    id: str
    time_zone: str
    layers: tuple[Layer | CalendarLayer, ...]
    overrides: tuple[Override, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a time zone that nobody knows."""
        zone_named(self.time_zone)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)
