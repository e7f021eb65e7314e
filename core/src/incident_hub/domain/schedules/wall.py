"""From the wall clock to moments and back, over both changes of the clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

__all__ = ["moment", "wall"]


def moment(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the wall clock shows `at`, in UTC.

    A time that the clocks jump over is the moment of the jump, moved on by as much; one that they show
    twice is the first of the two (PEP 495, fold=0).
    """
    return at.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows at a moment, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
