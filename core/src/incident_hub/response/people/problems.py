"""What is wrong with records that are sound by themselves: names of nobody, gaps ahead, channels nobody serves."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.people import Kind, ScheduleDraft, Service, Team, User
from incident_hub.domain.times import to_micros
from incident_hub.response.people.channels import channel_named
from incident_hub.response.people.reading import Kept
from incident_hub.response.people.rotas import Rota, read_rota
from incident_hub.storage.escalation_policies import find_policy
from incident_hub.storage.overrides import calendars_of, overrides_of
from incident_hub.storage.records import find_record
from incident_hub.triage.services import Services

__all__ = ["problems_of"]

_AHEAD = timedelta(days=28)
_MOST = 10


async def problems_of(services: Services, one: Kept) -> Sequence[str]:
    """In words for people; empty when nothing is wrong. People of every directory count as known."""
    if isinstance(one.record, User):
        return _of_user(services, one.record)
    if isinstance(one.record, Team):
        return await _of_team(services, one.record)
    if isinstance(one.record, Service):
        return await _of_service(services, one.record)
    return await _of_schedule(services, one.record)


def _of_user(services: Services, user: User) -> list[str]:
    served = services.registry.notifiers
    found = [
        f"contact {one.id}: no plugin serves the channel {one.channel}"
        for one in user.contacts
        if not channel_named(one.channel, served)
    ]
    if not any(one.verified and channel_named(one.channel, served) for one in user.contacts):
        found.append("no contact method is verified and served")
    return found


async def _of_team(services: Services, team: Team) -> list[str]:
    found = await _unknown(services, team.members, "member")
    if team.schedule and not await _has_schedule(services, team.schedule):
        found.append(f"no directory knows who is on call on its schedule {team.schedule}")
    if not team.members and not team.schedule and not team.contacts:
        found.append("the team has no members, no schedule and no contacts")
    return found


async def _of_service(services: Services, one: Service) -> list[str]:
    found = [
        f"there is no service {other}"
        for other in one.depends_on
        if await services.directory.service(other) is None
    ]
    if not one.owner_team:
        found.append("no team owns it")
    elif await services.directory.team(one.owner_team) is None:
        found.append(f"there is no team {one.owner_team}")
    policy = one.escalation_policy
    if policy and await services.database.read(partial(find_policy, key=policy)) is None:
        found.append(f"there is no escalation policy {policy}")
    return found


async def _of_schedule(services: Services, draft: ScheduleDraft) -> list[str]:
    now = services.clock.now()
    rota = await services.database.read(partial(read_rota, key=draft.id, start=now, end=now + _AHEAD))
    named, broken = await services.database.read(partial(_named, draft=draft, now=to_micros(now)))
    people = dict.fromkeys([*draft.people, *named, *(shift.person for shift in rota.shifts)])
    found = await _unknown(services, people, "on the schedule")
    found += broken
    found += [
        f"nobody is on call from {_text(gap.starts_at)} to {_text(gap.ends_at)}" for gap in rota.gaps[:_MOST]
    ]
    return found + _overlapping(rota)


def _overlapping(rota: Rota) -> list[str]:
    return [
        f"{one.kept.by} ({one.kept.person}) hides {one.hidden.by} ({one.hidden.person}) "
        f"from {_text(one.span.starts_at)} to {_text(one.span.ends_at)}"
        for one in rota.overlaps[:_MOST]
    ]


def _named(connection: Connection, draft: ScheduleDraft, now: int) -> tuple[list[str], list[str]]:
    """Whom overrides ahead name, and what keeps calendars from being read."""
    ahead = overrides_of(connection, draft.id, now, now + int(_AHEAD.total_seconds() * 1_000_000))
    read = {row.layer: row.error for row in calendars_of(connection, draft.id)}
    broken = [
        f"the calendar of layer {layer.name}: {error}"
        for layer in draft.layers
        if layer.calendar and (error := read.get(layer.name, "none was read so far"))
    ]
    return [row.person for row in ahead], broken


async def _unknown(services: Services, people: Iterable[str], where: str) -> list[str]:
    return [
        f"no directory knows {key}, {where}" for key in people if await services.directory.person(key) is None
    ]


async def _has_schedule(services: Services, key: str) -> bool:
    if await services.database.read(lambda c: find_record(c, Kind.SCHEDULE, key)) is not None:
        return True
    return bool(await services.directory.on_call(key, services.clock.now()))


def _text(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
