"""Hours of some weekdays, as people write them."""

from dataclasses import dataclass

from incident_hub_hookspecs import setting

from incident_hub.domain.people.texts import time_of
from incident_hub.domain.schedules import Restriction

__all__ = ["WEEKDAYS", "Window"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` on the weekdays on which it starts; past midnight when the end is not later."""

    start: str
    end: str
    weekdays: tuple[str, ...] = setting(default=WEEKDAYS, least=1, most=7, choices=WEEKDAYS)

    def __post_init__(self) -> None:
        """Refuse times that are none."""
        self.made()

    def made(self) -> Restriction:
        """The hours that the rules know."""
        days = frozenset(WEEKDAYS.index(day) for day in self.weekdays)
        return Restriction(days, time_of(self.start, "start"), time_of(self.end, "end"))
