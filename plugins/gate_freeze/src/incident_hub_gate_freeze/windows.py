"""Whether a moment lies in a window, and when that is over. Times are local: clocks may be changed meanwhile."""

from datetime import datetime, timedelta

from incident_hub_gate_freeze.settings import DAYS, Window, clock_time, moment

__all__ = ["frozen_until"]

_DAY = timedelta(days=1)


def frozen_until(window: Window, local: datetime) -> datetime | None:
    """The end of the window that `local`, a time without an offset, lies in; None when it lies in none."""
    if window.days:
        return _weekly(window, local)
    begins, ends = moment(window.begins, "begins"), moment(window.ends, "ends", closes=True)
    return ends if begins <= local <= ends else None


def _weekly(window: Window, local: datetime) -> datetime | None:
    """One that began today, or yesterday and reaches into today."""
    start, end = clock_time(window.start, "start"), clock_time(window.end, "end")
    for day in (local.date(), local.date() - _DAY):
        if DAYS[day.weekday()] in window.days:
            begins = datetime.combine(day, start)
            ends = datetime.combine(day if end > start else day + _DAY, end)
            if begins <= local < ends:
                return ends
    return None
