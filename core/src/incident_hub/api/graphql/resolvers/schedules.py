"""What schedules say: who is on call, shifts with their gaps and overlaps, and whom a page would reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.errors import bad_input
from incident_hub.api.graphql.types.enums import Severity
from incident_hub.domain.people import Kind
from incident_hub.domain.receivers import Receiver, ReceiverError
from incident_hub.domain.schedules import Shift
from incident_hub.domain.times import to_micros
from incident_hub.host.directories import LOCAL
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.response.people.reading import Kept
from incident_hub.response.people.resolution import Resolution
from incident_hub.response.people.resolve import resolve
from incident_hub.response.people.rotas import OnCall, Rota, check_span, read_on_call, read_rota
from incident_hub.storage.feeds import FeedRow, feeds_of
from incident_hub.storage.overrides import OverrideRow, overrides_of
from incident_hub.storage.records import find_record

__all__ = [
    "calendar_feeds",
    "on_call",
    "on_call_of",
    "overrides_of_schedule",
    "page_preview",
    "schedule_shifts",
]

_AHEAD = timedelta(days=28)
_From = Annotated[datetime | None, strawberry.argument(name="from")]


@dataclass(frozen=True, slots=True)
class StandIn:
    """One who would be paged in place of who is on call."""

    person: str
    by: str


@dataclass(frozen=True, slots=True)
class ShownOnCall:
    """A moment of a schedule, whichever directory knows it."""

    schedule: str
    at: datetime
    directory: str
    person: str | None = None
    name: str = ""
    by: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    nobody: str = ""
    stand_ins: Sequence[StandIn] = ()
    following: Shift | None = None


async def on_call(info: Info, schedule: strawberry.ID, at: datetime | None = None) -> ShownOnCall:
    """Who is on call on a schedule, now or at another moment."""
    services = info.context.services
    moment = at or services.clock.now()
    try:
        found = await services.database.read(partial(read_on_call, key=schedule, at=moment))
    except InvalidInputError as error:
        raise bad_input(error.message) from None
    if found is None:
        return await _elsewhere(info, schedule, moment)
    return await _shown(info, found)


async def on_call_of(root: strawberry.Parent[Kept], info: Info) -> ShownOnCall:
    """Who is on call now."""
    return await on_call(info, strawberry.ID(root.row.id))


async def _shown(info: Info, found: OnCall) -> ShownOnCall:
    shift = found.shift
    if shift is None:
        return ShownOnCall(found.schedule, found.at, LOCAL, nobody=found.nobody, following=found.following)
    person = await info.context.services.services.directory.person(shift.person)
    return ShownOnCall(
        found.schedule,
        found.at,
        LOCAL,
        shift.person,
        person.name if person else "",
        shift.by,
        found.starts_at,
        found.ends_at,
        stand_ins=[StandIn(*one) for one in found.order[1:]],
        following=found.following,
    )


async def _elsewhere(info: Info, schedule: str, at: datetime) -> ShownOnCall:
    shifts = await info.context.services.services.directory.on_call(schedule, at)
    others = ", ".join(info.context.services.registry.directories)
    if not shifts:
        return ShownOnCall(schedule, at, "", nobody=f"no directory knows who is on call on {schedule}")
    first, *rest = shifts
    return ShownOnCall(
        schedule,
        at,
        others,
        first.person.id,
        first.person.name,
        "",
        first.starts_at,
        first.ends_at,
        stand_ins=[StandIn(one.person.id, "") for one in rest],
    )


async def schedule_shifts(
    info: Info, schedule: strawberry.ID, since: _From = None, to: datetime | None = None
) -> Rota | None:
    """Shifts, gaps and overlaps of a span, 28 days from now by default; null without such a schedule."""
    start, end = _span(info, since, to)
    database = info.context.services.database
    if await database.read(lambda c: find_record(c, Kind.SCHEDULE, schedule)) is None:
        return None
    return await database.read(partial(read_rota, key=schedule, start=start, end=end))


async def overrides_of_schedule(
    root: strawberry.Parent[Kept], info: Info, since: _From = None, to: datetime | None = None
) -> Sequence[OverrideRow]:
    """Its overrides that touch a span."""
    start, end = _span(info, since, to)
    read = partial(overrides_of, schedule_id=root.row.id, start=to_micros(start), end=to_micros(end))
    return await info.context.services.database.read(read)


def directories(info: Info) -> Sequence[str]:
    """Who is asked about people, in this order: `local` is the hub's own tables, the others are plugins."""
    return [LOCAL, *info.context.services.registry.directories]


async def calendar_feeds(info: Info, receiver: str) -> Sequence[FeedRow]:
    """The calendar feeds of `user:ann` or `schedule:primary`."""
    return await info.context.services.database.read(partial(feeds_of, receiver=receiver))


def _span(info: Info, since: datetime | None, to: datetime | None) -> tuple[datetime, datetime]:
    start = since or info.context.services.clock.now()
    try:
        end = to or start + _AHEAD
        check_span(start, end)
    except (InvalidInputError, OverflowError) as error:
        raise bad_input(str(error)) from None
    return start, end


async def page_preview(
    info: Info,
    receiver: str,
    severity: Severity = Severity.P1,
    at: datetime | None = None,
    channels: list[str] | None = None,
) -> Resolution:
    """Whom a page of `user:ann`, `team:platform`, `schedule:primary` or `target:NAME` would reach, and how."""
    services = info.context.services
    try:
        who = Receiver.parse(receiver)
        moment = at or services.clock.now()
        return await resolve(services.services, who, moment, severity.value, channels or ())
    except (ReceiverError, InvalidInputError) as error:
        raise bad_input(str(error)) from None
