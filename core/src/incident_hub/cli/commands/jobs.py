"""`incident-hub jobs`."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy import RowMapping

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, with_database
from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import check
from incident_hub.work import queue

__all__ = ["command"]

_MOST = 10_000


@click.group()
def command() -> None:
    """Durable work: what waits, and what gave up."""


@command.command("list")
@config_option
def list_(config_file: Path | None) -> None:
    """Count the unfinished jobs by kind and state."""

    async def read(database: Database) -> list[RowMapping]:
        await check(database)
        return list(await database.read(queue.backlog))

    rows = with_database(config_file, read)
    for row in rows:
        click.echo(f"{row['kind']:<12}  {row['state']:<7}  {row['count']:>7}  since {_moment(row['oldest'])}")
    if not rows:
        click.echo("nothing waits")


@command.command()
@click.option("--limit", type=click.IntRange(1, _MOST), default=100, show_default=True)
@config_option
def dead(limit: int, config_file: Path | None) -> None:
    """List the jobs that gave up, the latest first."""
    rows = with_database(config_file, partial(_dead, limit=limit))
    for row in rows:
        click.echo(f"{row['id']}  {row['kind']:<8}  {_moment(row['finished_at'])}  {row['error']}")
    if not rows:
        click.echo("no job gave up")


@command.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every job that gave up.")
@config_option
def replay(ids: tuple[str, ...], every: bool, config_file: Path | None) -> None:
    """Give jobs that gave up all their attempts again."""
    if bool(ids) is every:
        raise CommandError("name the jobs, or say --all; `incident-hub jobs dead` lists them", 2)

    async def again(database: Database) -> int:
        wanted = ids or [row["id"] for row in await _dead(database, _MOST)]
        work = partial(queue.replay, ids=wanted, now=HubClock().micros())
        return await database.write(work) if wanted else 0

    click.echo(f"jobs tried again: {with_database(config_file, again)}")


async def _dead(database: Database, limit: int) -> list[RowMapping]:
    await check(database)
    return list(await database.read(partial(queue.dead_letters, limit=limit)))


def _moment(micros: int | None) -> str:
    return datetime.fromtimestamp((micros or 0) / SECOND, UTC).isoformat(timespec="seconds")
