"""Users, teams, services and schedules: pages, single ones, and what hangs on them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import strawberry
from sqlalchemy import Connection

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import PageOf, page_request, shown_page
from incident_hub.domain.people import Kind, Service, Team
from incident_hub.response.people.problems import problems_of
from incident_hub.response.people.reading import Kept, kept
from incident_hub.storage.reading.keyset import Page, PageRequest
from incident_hub.storage.records import count_records, record_page

__all__ = [
    "members_of",
    "owner_of",
    "problems",
    "schedule",
    "schedule_of",
    "schedules",
    "service",
    "services",
    "services_of",
    "team",
    "teams",
    "teams_of",
    "user",
    "user_of",
    "users",
]

_Kept = strawberry.Parent[Kept]


async def users(info: Info, first: int | None = None, after: str | None = None) -> PageOf[Kept]:
    """Users, by id."""
    return await _page(info, Kind.USER, first, after)


async def teams(info: Info, first: int | None = None, after: str | None = None) -> PageOf[Kept]:
    """Teams, by id."""
    return await _page(info, Kind.TEAM, first, after)


async def services(info: Info, first: int | None = None, after: str | None = None) -> PageOf[Kept]:
    """Services, by id."""
    return await _page(info, Kind.SERVICE, first, after)


async def schedules(info: Info, first: int | None = None, after: str | None = None) -> PageOf[Kept]:
    """Schedules, by id."""
    return await _page(info, Kind.SCHEDULE, first, after)


async def user(info: Info, id: strawberry.ID) -> Kept | None:  # noqa: A002 - the schema's word
    """One user."""
    return await info.context.loaders.record(Kind.USER, id)


async def team(info: Info, id: strawberry.ID) -> Kept | None:  # noqa: A002
    """One team."""
    return await info.context.loaders.record(Kind.TEAM, id)


async def service(info: Info, id: strawberry.ID) -> Kept | None:  # noqa: A002
    """One service."""
    return await info.context.loaders.record(Kind.SERVICE, id)


async def schedule(info: Info, id: strawberry.ID) -> Kept | None:  # noqa: A002
    """One schedule."""
    return await info.context.loaders.record(Kind.SCHEDULE, id)


async def teams_of(root: _Kept, info: Info) -> Sequence[Kept]:
    """The teams that a user is in."""
    return await info.context.loaders.teams(root.row.id)


async def members_of(root: _Kept, info: Info) -> Sequence[Kept]:
    """A team's members that are users of the hub."""
    ids = root.record.members if isinstance(root.record, Team) else ()
    found = [await one for one in [info.context.loaders.record(Kind.USER, key) for key in ids]]
    return [one for one in found if one is not None]


async def services_of(root: _Kept, info: Info) -> Sequence[Kept]:
    """The services that a team owns."""
    return await info.context.loaders.services(root.row.id)


async def schedule_of(root: _Kept, info: Info) -> Kept | None:
    """The schedule that a team shares."""
    key = root.record.schedule if isinstance(root.record, Team) else ""
    return await info.context.loaders.record(Kind.SCHEDULE, key) if key else None


async def owner_of(root: _Kept, info: Info) -> Kept | None:
    """The team that owns a service."""
    key = root.record.owner_team if isinstance(root.record, Service) else ""
    return await info.context.loaders.record(Kind.TEAM, key) if key else None


async def user_of(root: strawberry.Parent[Any], info: Info) -> Kept | None:
    """The user whom a shift or an override names."""
    return await info.context.loaders.record(Kind.USER, root.person) if root.person else None


async def problems(root: _Kept, info: Info) -> Sequence[str]:
    """What is wrong with it: names of nobody, gaps ahead, channels that no plugin serves. Empty: nothing."""
    return await problems_of(info.context.services.services, root)


async def _page(info: Info, kind: Kind, first: int | None, after: str | None) -> PageOf[Kept]:
    request, database = page_request(kind.value, (str,), first, after), info.context.services.database
    page = await database.read(partial(_kept_page, kind=kind, request=request))
    total = partial(database.read, partial(count_records, kind=kind))
    return shown_page(page, request.name, lambda one: (one.row.id,), total)


def _kept_page(connection: Connection, kind: Kind, request: PageRequest) -> Page[Kept]:
    page = record_page(connection, kind, request)
    return Page([kept(kind, row) for row in page.rows], page.has_next, page.has_previous)
