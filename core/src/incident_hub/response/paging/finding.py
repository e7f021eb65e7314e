"""From a receiver to the ways to reach it, asked of the directories when the page runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident_hub_hookspecs import Person

from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.response.notify.reach import Reach
from incident_hub.response.people.channels import channel_named
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services

__all__ = ["Found", "find"]

_MAIL = "notifier_email"


@dataclass(frozen=True, slots=True)
class Found:
    """The ways, and in words who could not be reached and why."""

    ways: tuple[Reach, ...] = ()
    missing: tuple[str, ...] = ()

    def __or__(self, other: "Found") -> "Found":
        """Both; no way twice."""
        ways = {one.place: one for one in (*other.ways, *self.ways)}
        return Found(tuple(ways.values()), tuple(dict.fromkeys((*self.missing, *other.missing))))


async def find(receiver: Receiver, channels: Sequence[str], now: datetime, services: Services) -> Found:
    """How to reach it now; without `channels` by all ways that people have named for themselves."""
    if receiver.kind is ReceiverKind.TARGET:
        return _target(receiver, services)
    if receiver.kind is ReceiverKind.USER:
        person = await services.directory.person(receiver.id)
        return _people(receiver, [person] if person else [], channels, services)
    if receiver.kind is ReceiverKind.SCHEDULE:
        return await _on_call(receiver, receiver.id, channels, now, services)
    return await _team(receiver, channels, now, services)


def _target(receiver: Receiver, services: Services) -> Found:
    targets = dict(named_targets(services.config.notify.targets, services.registry.notifiers))
    if receiver.id not in targets:
        return Found(missing=(f"no target {receiver.id} is configured",))
    return Found((Reach(str(receiver), targets[receiver.id].channel, target=receiver.id),))


async def _team(receiver: Receiver, channels: Sequence[str], now: datetime, services: Services) -> Found:
    """Whoever is on call for it, else all its members; and the places that it shares."""
    team = await services.directory.team(receiver.id)
    if team is None:
        return Found(missing=(f"nobody knows the team {receiver.id}",))
    shared = _addressed(receiver, "", team.contacts, channels, services)
    found = Found()
    if team.schedule:
        found = await _on_call(receiver, team.schedule, channels, now, services)
    if not found.ways:
        known = [(one, await services.directory.person(one)) for one in team.members]
        unknown = Found(missing=tuple(f"nobody knows {one}" for one, person in known if person is None))
        found |= _people(receiver, [person for _, person in known if person], channels, services) | unknown
    return found | Found(shared)


async def _on_call(
    receiver: Receiver, schedule: str, channels: Sequence[str], now: datetime, services: Services
) -> Found:
    """The first who can be reached: a directory names the one to call first first."""
    found = Found(missing=(f"nobody is on call on {schedule}",))
    for turn, shift in enumerate(await services.directory.on_call(schedule, now)):
        one = _people(receiver, [shift.person], channels, services)
        found = one if turn == 0 else found | one
        if one.ways:
            break
    return found


def _people(
    receiver: Receiver, people: Sequence[Person], channels: Sequence[str], services: Services
) -> Found:
    found = Found() if people else Found(missing=(f"nobody knows {receiver}",))
    for person in people:
        contacts = {_MAIL: person.email, **person.contacts} if person.email else person.contacts
        ways = _addressed(receiver, person.id, contacts, channels, services)
        missing = () if ways else (f"{person.id} has no address on {' or '.join(channels) or 'any channel'}",)
        found |= Found(ways, missing)
    return found


def _addressed(
    receiver: Receiver, person: str, contacts: Mapping[str, str], channels: Sequence[str], services: Services
) -> tuple[Reach, ...]:
    known = services.registry.notifiers
    served = {channel_named(name, known): address for name, address in contacts.items() if address}
    served.pop("", None)
    wanted = {channel_named(name, known) for name in channels}
    return tuple(
        Reach(str(receiver), channel, person, address)
        for channel, address in served.items()
        if not channels or channel in wanted
    )
