"""Resolving a receiver: users, teams and schedules of the hub's own tables and of every directory, and targets."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from incident_hub_hookspecs import Team as DirectoryTeam
from sqlalchemy import Connection

from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.response.people.channels import channel_named
from incident_hub.response.people.contacts import Reachable, reach
from incident_hub.response.people.reading import read_users
from incident_hub.response.people.resolution import Reach, Resolution, Unreached, WhyNot, together
from incident_hub.response.people.rotas import read_on_call, read_turns
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services

__all__ = ["Resolver", "resolve"]


async def resolve(
    services: Services, receiver: Receiver, at: datetime, severity: str, channels: Sequence[str] = ()
) -> Resolution:
    """Who is told of an incident that bad, how and when, if the receiver is paged at that moment.

    Without `channels` it is those that each person prefers; somebody who has none of those named is told on
    what there is. A turn of somebody who is not known, or cannot be reached, goes to who stands in, and
    both are told. Raises `DatabaseUnavailableError`.
    """
    return await Resolver(services, at, severity, channels).resolve(receiver)


class Resolver:
    """One question's terms."""

    def __init__(self, services: Services, at: datetime, severity: str, channels: Sequence[str]) -> None:
        self._services, self._at, self._severity = services, at, severity
        self._channels = [channel_named(name, self._served) or name for name in channels]

    async def resolve(self, receiver: Receiver) -> Resolution:
        """The receiver, whatever it is."""
        if receiver.kind is ReceiverKind.TARGET:
            return self._target(receiver)
        if receiver.kind is ReceiverKind.TEAM:
            return await self._team(receiver)
        if receiver.kind is ReceiverKind.SCHEDULE:
            return await self._schedule(receiver)
        return await self._user(receiver.id, "")

    def _target(self, receiver: Receiver) -> Resolution:
        known = dict(named_targets(self._services.config.notify.targets, self._served))
        target = known.get(receiver.id)
        if target is None:
            return _nobody(receiver, WhyNot.UNKNOWN_TARGET, f"there is no target {receiver.id}")
        return Resolution(receiver, (Reach("", target.channel, "", target=receiver.id),))

    @property
    def _served(self) -> Collection[str]:
        return self._services.registry.notifiers

    async def _user(self, key: str, because: str) -> Resolution:
        return self._reached(key, (await self._users([key])).get(key), because)

    def _reached(self, key: str, user: Reachable | None, because: str) -> Resolution:
        if user is None:
            who = Receiver(ReceiverKind.USER, key)
            return _nobody(who, WhyNot.UNKNOWN_USER, f"no directory knows a user {key}")
        return reach(user, self._at, self._severity, self._channels, self._served, because)

    async def _users(self, ids: Iterable[str]) -> dict[str, Reachable]:
        wanted = list(ids)
        users = await self._services.database.read(partial(read_users, ids=wanted))
        found = {key: Reachable.of_user(user) for key, user in users.items()}
        for key in wanted:
            if key not in found and (person := await self._services.directory.person(key)):
                found[key] = Reachable.of_person(person)
        return found

    async def _team(self, receiver: Receiver) -> Resolution:
        """Whoever is on call for it, else all its members; and the places that it shares."""
        team = await self._services.directory.team(receiver.id)
        if team is None:
            return _nobody(receiver, WhyNot.UNKNOWN_TEAM, f"no directory knows a team {receiver.id}")
        parts: list[Resolution] = []
        if team.schedule:
            parts.append(await self._schedule(Receiver(ReceiverKind.SCHEDULE, team.schedule)))
        if not any(part.reaches for part in parts):
            parts += await self._members(team)
        parts.append(self._own_contacts(receiver, team))
        if not team.members and not team.schedule and not parts[-1].reaches:
            return _nobody(receiver, WhyNot.EMPTY_TEAM, f"nobody is in team {team.id}")
        return together(receiver, parts)

    async def _members(self, team: DirectoryTeam) -> list[Resolution]:
        users = await self._users(team.members)
        return [self._reached(key, users.get(key), f"in team {team.id}") for key in team.members]

    def _own_contacts(self, receiver: Receiver, team: DirectoryTeam) -> Resolution:
        reaches = tuple(
            Reach("", channel, address, because=f"of team {team.id}")
            for name, address in team.contacts.items()
            if (channel := channel_named(name, self._served))
            and (not self._channels or channel in self._channels)
        )
        return Resolution(receiver, reaches)

    async def _schedule(self, receiver: Receiver) -> Resolution:
        turns = await self._services.database.read(partial(_turns, key=receiver.id, at=self._at))
        if turns is None:
            found = await self._services.directory.on_call(receiver.id, self._at)
            if not found:
                why = f"no directory knows who is on call on a schedule {receiver.id}"
                return _nobody(receiver, WhyNot.UNKNOWN_SCHEDULE, why)
            turns = [(shift.person.id, f"on call on {receiver.id}") for shift in found]
        if isinstance(turns, str):
            return _nobody(receiver, WhyNot.NOBODY_ON_CALL, turns)
        return await self._first_reached(receiver, turns)

    async def _first_reached(self, receiver: Receiver, turns: Sequence[tuple[str, str]]) -> Resolution:
        """Who is on call; those who are not known or have no way to be told leave it to the next."""
        users = await self._users(key for key, _ in turns)
        missed: list[Unreached] = []
        for key, because in turns:
            said = f"{because}, in place of {missed[0].who}" if missed else because
            one = self._reached(key, users.get(key), said)
            missed += one.unreached
            if one.reaches or one.unreached[0].code is WhyNot.NOT_WANTED:
                return Resolution(receiver, one.reaches, tuple(missed))
        return Resolution(receiver, (), tuple(missed))


def _nobody(receiver: Receiver, code: WhyNot, reason: str) -> Resolution:
    return Resolution(receiver, (), (Unreached(str(receiver), code, reason),))


def _turns(connection: Connection, key: str, at: datetime) -> list[tuple[str, str]] | str | None:
    """Who is on call and who stands in, each with why; why nobody is; None when there is no such schedule."""
    order = read_turns(connection, key, at)
    if order:
        return [(person, f"on call on {key} by {by}") for person, by in order]
    found = read_on_call(connection, key, at)
    return None if found is None else found.nobody
