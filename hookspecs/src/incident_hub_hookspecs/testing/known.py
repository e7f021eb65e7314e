"""A past and a directory that a test writes down."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from incident_hub_hookspecs.people import Person, Service, Shift, Team
from incident_hub_hookspecs.records import Incident

__all__ = ["KnownDirectory", "KnownIncidents"]


class KnownIncidents:
    """An `IncidentLookup` over the given incidents."""

    def __init__(self, past: Iterable[Incident] = ()) -> None:
        self._past = sorted(past, key=lambda one: one.created_at, reverse=True)

    async def similar(
        self, incidents: Sequence[Incident], *, limit: int = 10
    ) -> Sequence[Sequence[Incident]]:
        """For each incident the given ones of the same fingerprint, newest first."""
        return [
            [other for other in self._past if other.fingerprint == one.fingerprint and other.id != one.id][
                :limit
            ]
            for one in incidents
        ]


class KnownDirectory:
    """A `Directory` over what it is given; `shifts` are by schedule, whoever asks whenever."""

    def __init__(
        self,
        *,
        people: Iterable[Person] = (),
        teams: Iterable[Team] = (),
        services: Iterable[Service] = (),
        shifts: Mapping[str, Sequence[Shift]] | None = None,
    ) -> None:
        self._people = {key: one for one in people for key in (one.id, one.email) if key}
        self._teams = {one.id: one for one in teams}
        self._services = {one.id: one for one in services}
        self._shifts = shifts or {}

    async def on_call(self, schedule: str, at: datetime) -> Sequence[Shift]:  # noqa: ARG002 - the contract's words
        """The shifts of the schedule."""
        return self._shifts.get(schedule, ())

    async def person(self, id: str) -> Person | None:  # noqa: A002 - the field's word
        """By id or e-mail address."""
        return self._people.get(id)

    async def team(self, id: str) -> Team | None:  # noqa: A002
        """By id."""
        return self._teams.get(id)

    async def service(self, id: str) -> Service | None:  # noqa: A002
        """By id."""
        return self._services.get(id)
