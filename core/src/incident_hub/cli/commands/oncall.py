"""`incident-hub oncall`."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, with_database
from incident_hub.domain.clock import HubClock
from incident_hub.domain.people import Kind, ScheduleDraft
from incident_hub.lifecycle.errors import LifecycleError
from incident_hub.response.people.reading import every, read_user
from incident_hub.response.people.rotas import OnCall, Rota, read_on_call, read_rota
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import check

__all__ = ["command"]

T = TypeVar("T")
_SCHEDULES = click.argument("schedules", nargs=-1)


@click.group()
def command() -> None:
    """Who is on call: now, next, at any moment. Without a schedule's name all are shown."""


@command.command()
@_SCHEDULES
@config_option
def now(schedules: tuple[str, ...], config_file: Path | None) -> None:
    """Who is on call now."""
    _each(config_file, schedules, lambda _: HubClock().now(), _current)


@command.command("next")
@_SCHEDULES
@config_option
def next_(schedules: tuple[str, ...], config_file: Path | None) -> None:
    """Who is on call next."""
    _each(config_file, schedules, lambda _: HubClock().now(), _following)


@command.command()
@click.argument("moment")
@_SCHEDULES
@config_option
def at(moment: str, schedules: tuple[str, ...], config_file: Path | None) -> None:
    """Who was or will be on call at MOMENT, as 2026-03-31T03:00: on the schedule's clock, unless it has an offset."""
    _each(config_file, schedules, partial(_moment, moment), _current)


@command.command()
@click.argument("schedule")
@click.option("--days", type=click.IntRange(1, 400), default=28, show_default=True)
@config_option
def shifts(schedule: str, days: int, config_file: Path | None) -> None:
    """The shifts of the days to come, where nobody is on call, and what hides what."""
    start = HubClock().now()
    (draft,) = _read(config_file, partial(_drafts, names=(schedule,)))
    read = partial(read_rota, key=schedule, start=start, end=start + timedelta(days=days))
    for line in _rota(_read(config_file, read), draft):
        click.echo(line)


def _each(
    config_file: Path | None,
    names: Sequence[str],
    moment: Callable[[ScheduleDraft], datetime],
    line: Callable[[Connection, ScheduleDraft, OnCall], str],
) -> None:
    def work(connection: Connection) -> list[str]:
        found = []
        for draft in _drafts(connection, names):
            one = read_on_call(connection, draft.id, moment(draft))
            found += [line(connection, draft, one)] if one else []
        return found

    lines = _read(config_file, work)
    for one in lines:
        click.echo(one)
    if not lines:
        click.echo("there are no schedules")


def _drafts(connection: Connection, names: Sequence[str]) -> list[ScheduleDraft]:
    known = {one.row.id: cast("ScheduleDraft", one.record) for one in every(connection, Kind.SCHEDULE)}
    for name in names:
        if name not in known:
            there = ", ".join(known) or "none"
            raise CommandError(f"there is no schedule {name}; there are: {there}", 1)
    return [known[name] for name in names or known]


def _current(connection: Connection, draft: ScheduleDraft, one: OnCall) -> str:
    if one.shift is None:
        return f"{draft.id}: {one.nobody}"
    until = f" until {_text(one.ends_at, draft)}" if one.ends_at else ""
    return f"{draft.id}: {_name(connection, one.shift.person)}{until} ({one.shift.by}){_stand_in(connection, one)}"


def _stand_in(connection: Connection, one: OnCall) -> str:
    """Who is paged in the place of somebody who is gone."""
    known = [person for person, _ in one.order if read_user(connection, person) is not None]
    if one.shift is None or one.shift.person in known:
        return ""
    return f"; pages go to {known[0]}" if known else "; nobody stands in"


def _following(connection: Connection, draft: ScheduleDraft, one: OnCall) -> str:
    shift = one.following
    if shift is None:
        return f"{draft.id}: nobody in the next 35 days"
    when = f"from {_text(shift.starts_at, draft)} to {_text(shift.ends_at, draft)}"
    return f"{draft.id}: {_name(connection, shift.person)} {when} ({shift.by})"


def _name(connection: Connection, person: str) -> str:
    """The id and the name; somebody who is gone is said to be."""
    user = read_user(connection, person)
    if user is None:
        return f"{person} (not a user of the hub)"
    return f"{person} {user.name}".rstrip()


def _rota(rota: Rota, draft: ScheduleDraft) -> list[str]:
    held = [(one.starts_at, one.ends_at, f"{one.person} ({one.by})") for one in rota.shifts]
    free = [(one.starts_at, one.ends_at, "NOBODY") for one in rota.gaps]
    lines = [f"{_text(start, draft)}  {_text(end, draft)}  {who}" for start, end, who in sorted(held + free)]
    return lines + [
        f"{one.kept.by} ({one.kept.person}) hides {one.hidden.by} ({one.hidden.person}) "
        f"from {_text(one.span.starts_at, draft)} to {_text(one.span.ends_at, draft)}"
        for one in rota.overlaps
    ]


def _moment(text: str, draft: ScheduleDraft) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"{text!r} is no moment, such as 2026-03-31T03:00 or 2026-03-31T03:00Z", 2
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(draft.time_zone))


def _text(at: datetime | None, draft: ScheduleDraft) -> str:
    return at.astimezone(ZoneInfo(draft.time_zone)).isoformat(timespec="minutes") if at else ""


def _read(config_file: Path | None, work: Callable[[Connection], T]) -> T:
    async def read(database: Database) -> T:
        await check(database)
        return await database.read(work)

    try:
        return with_database(config_file, read)
    except LifecycleError as error:
        raise CommandError(str(error), 2) from None
