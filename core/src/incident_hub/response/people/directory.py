"""The hub's own directory: what its tables say of people. It is asked before any plugin's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from incident_hub_hookspecs import Person, Service, Shift, Team
from sqlalchemy import Connection

from incident_hub.domain.people import User
from incident_hub.response.people.reading import read_service, read_team, read_user
from incident_hub.response.people.rotas import read_on_call
from incident_hub.storage.database import Database

__all__ = ["LocalDirectory", "person_of"]


class LocalDirectory:
    """Answers `Directory` from the tables, anew at each question: an edit counts at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def on_call(self, schedule: str, at: datetime) -> Sequence[Shift]:
        """Who is on call then. Somebody whom the tables do not know is a person with nothing but an id."""
        return await self._database.read(partial(_shifts, schedule=schedule, at=at))

    async def person(self, id: str) -> Person | None:  # noqa: A002 - the contract's word
        """The user of that id or e-mail address."""
        user = await self._database.read(partial(read_user, key=id))
        return None if user is None else person_of(user)

    async def team(self, id: str) -> Team | None:  # noqa: A002
        """The team of that id."""
        one = await self._database.read(partial(read_team, key=id))
        return None if one is None else Team(one.id, one.name, one.members, one.schedule, one.contacts)

    async def service(self, id: str) -> Service | None:  # noqa: A002
        """The service of that id."""
        one = await self._database.read(partial(read_service, key=id))
        if one is None:
            return None
        return Service(
            one.id, one.name, one.owner_team, one.tier, one.depends_on, one.runbook_url, one.labels
        )


def person_of(user: User) -> Person:
    """The user as the contract has people: one address for each channel, the first that counts."""
    contacts: dict[str, str] = {}
    for verified in (True, False):
        for contact in user.contacts:
            if contact.verified is verified:
                contacts.setdefault(contact.channel, contact.address)
    known: Mapping[str, str] = contacts
    return Person(user.id, user.name, user.email, user.time_zone, known)


def _shifts(connection: Connection, schedule: str, at: datetime) -> list[Shift]:
    found = read_on_call(connection, schedule, at)
    if found is None or found.shift is None:
        return []
    user = read_user(connection, found.shift.person)
    person = Person(found.shift.person) if user is None else person_of(user)
    return [Shift(person, schedule, found.starts_at, found.ends_at)]
