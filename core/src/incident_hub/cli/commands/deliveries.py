"""`incident-hub deliveries`."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, with_database
from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND
from incident_hub.response.notify.pace import allow_again, refused_places
from incident_hub.response.notify.service import replay_deliveries
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import check
from incident_hub.storage.notifications import DeliveryState
from incident_hub.storage.reading.deliveries import DeliveryFilter, delivery_page
from incident_hub.storage.reading.keyset import PageRequest
from incident_hub.storage.reading.rows import DeliveryRow

__all__ = ["command"]

_MOST = 10_000
_STATES = tuple(sorted(value for name, value in vars(DeliveryState).items() if name.isupper()))


@click.group()
def command() -> None:
    """What went to whom, and what did not arrive."""


@command.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only those; `dead` are the dead letters.")
@click.option("--incident", help="Only those about this incident.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=100, show_default=True)
@config_option
def list_(state: str | None, incident: str | None, limit: int, config_file: Path | None) -> None:
    """List deliveries, the newest first."""
    chosen = DeliveryFilter(states=(state,) if state else (), incident_id=incident)
    rows = with_database(config_file, partial(_page, chosen=chosen, limit=limit))
    for row in rows:
        who = f"{row.person} by {row.channel}" if row.person else row.place
        click.echo(
            f"{row.id}  {_moment(row.created_at)}  {row.state:<10}  {row.event:<10}  {who}  "
            f"{row.error or row.detail}".rstrip()
        )
    if not rows:
        click.echo("no deliveries")


@command.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every dead one.")
@config_option
def replay(ids: tuple[str, ...], every: bool, config_file: Path | None) -> None:
    """Give dead deliveries all their tries again."""
    if bool(ids) is every:
        raise CommandError("name deliveries, or say --all; `incident-hub deliveries list --state dead`", 2)

    async def again(database: Database) -> int:
        dead = DeliveryFilter(states=(DeliveryState.DEAD,))
        wanted = ids or [row.id for row in await _page(database, dead, _MOST)]
        work = partial(replay_deliveries, ids=wanted, now=HubClock().micros())
        return len(await database.write(work))

    click.echo(f"deliveries tried again: {with_database(config_file, again)}")


@command.command()
@config_option
def refused(config_file: Path | None) -> None:
    """List the places that are sent nothing any more, as they answered that they are gone."""

    async def read(database: Database) -> list[tuple[str, str, int]]:
        await check(database)
        return await database.read(refused_places)

    rows = with_database(config_file, read)
    for place, why, since in rows:
        click.echo(f"{place}  since {_moment(since)}  {why}")
    if not rows:
        click.echo("no place was given up")


@command.command()
@click.argument("place")
@config_option
def allow(place: str, config_file: Path | None) -> None:
    """Send to a place again that was given up."""

    async def again(database: Database) -> int:
        await check(database)
        return await database.write(partial(allow_again, place=place, now=HubClock().micros()))

    if not with_database(config_file, again):
        raise CommandError(f"{place} was not given up; `incident-hub deliveries refused` lists those", 1)
    click.echo(f"{place} is sent to again")


async def _page(database: Database, chosen: DeliveryFilter, limit: int) -> list[DeliveryRow]:
    await check(database)
    request = PageRequest("delivery", limit)
    return (await database.read(lambda c: delivery_page(c, chosen, request))).rows


def _moment(micros: int) -> str:
    return datetime.fromtimestamp(micros / SECOND, UTC).isoformat(timespec="seconds")
