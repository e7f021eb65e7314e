"""From a receiver to the ways to reach it, asked of the directories when the page runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incident_hub.domain.receivers import Receiver
from incident_hub.response.notify.reach import Reach
from incident_hub.response.people.resolution import Reach as Way
from incident_hub.response.people.resolution import WhyNot
from incident_hub.response.people.resolve import resolve
from incident_hub.triage.services import Services

__all__ = ["Found", "find"]


@dataclass(frozen=True, slots=True)
class Found:
    """The ways, and in words who could not be reached and why.

    `unwanted`: whoever was meant does not want to hear of an incident that mild, so nobody need in their place.
    """

    ways: tuple[Reach, ...] = ()
    missing: tuple[str, ...] = ()
    unwanted: bool = False

    def __or__(self, other: "Found") -> "Found":
        """Both; no way twice."""
        ways = {one.place: one for one in (*other.ways, *self.ways)}
        return Found(tuple(ways.values()), tuple(dict.fromkeys((*self.missing, *other.missing))))


async def find(
    receiver: Receiver, channels: Sequence[str], now: datetime, services: Services, severity: str = "P1"
) -> Found:
    """How to reach it now; without `channels` by all ways that people have named for themselves."""
    found = await resolve(services, receiver, now, severity, channels)
    ways = tuple(
        Reach(str(receiver), one.channel, one.person, one.address, one.target, one.not_before, _why(one))
        for one in found.reaches
    )
    unwanted = not ways and all(one.code is WhyNot.NOT_WANTED for one in found.unreached)
    missing = tuple(one.reason for one in found.unreached)
    return Found(ways, missing or ((found.nobody,) if not ways else ()), unwanted)


def _why(one: Way) -> str:
    return "; ".join(filter(None, (one.because, one.note, one.waits)))
