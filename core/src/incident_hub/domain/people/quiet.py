"""Until when somebody shall not be woken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incident_hub.domain.schedules import Restriction
from incident_hub.domain.schedules.turns import windows

__all__ = ["quiet_until"]

_LONGEST = timedelta(days=8)


def quiet_until(restrictions: Sequence[Restriction], at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet that holds at a moment is over, hours that touch each other being one; None: it is not quiet.

    The hours are those of the wall clock: over a change of the clocks they are an hour longer or shorter.
    """
    spans = [
        span
        for restriction in restrictions
        for span in windows(restriction, at - timedelta(days=1), at + _LONGEST, zone)
    ]
    end = at
    while later := max((stop for start, stop in spans if start <= end < stop), default=None):
        end = later
    return None if end == at else end
