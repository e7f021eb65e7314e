"""The correlator of a plugin in its own process: what its incidents share goes over once."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Incident, Link

from incident_hub.host.isolation.methods import CALLED
from incident_hub.host.isolation.remote import Given, Remote

__all__ = ["RemoteCorrelator"]


class RemoteCorrelator(Remote):
    """Sends each incident once, and the candidates as places among them."""

    async def correlate(
        self, incidents: Sequence[Incident], candidates: Sequence[Sequence[Incident]], context: CallContext
    ) -> Sequence[Sequence[Link]]:
        """As the contract says."""
        pool = list(incidents)
        known = {id(one): place for place, one in enumerate(pool)}
        places = [[_place(one, pool, known) for one in row] for row in candidates]
        given = Given((pool, len(incidents), places), {}, context)
        found: Sequence[Sequence[Link]] = await self._other.ask(
            f"{self._place}.correlate", CALLED["correlators"]["correlate"], given
        )
        return found


def _place(one: Incident, pool: list[Incident], known: dict[int, int]) -> int:
    place = known.get(id(one))
    if place is None:
        place = known[id(one)] = len(pool)
        pool.append(one)
    return place
