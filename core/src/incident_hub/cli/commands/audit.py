"""`incident-hub audit`."""

from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, with_database
from incident_hub.events.audit import AuditReport
from incident_hub.events.audit import verify as verify_trail
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import check

__all__ = ["command"]


@click.group()
def command() -> None:
    """The audit trail: the timeline of all incidents, hash-chained."""


@command.command()
@config_option
def verify(config_file: Path | None) -> None:
    """Hold every sealed event against its seal; exit with 1 and name the first that differs."""

    async def read(database: Database) -> AuditReport:
        await check(database)
        return await database.read(verify_trail)

    report = with_database(config_file, read)
    if not report.ok:
        raise CommandError(
            f"the audit trail is broken: event {report.first_bad}: {report.what}; "
            f"{report.events} events before it are sound"
        )
    click.echo(
        f"{report.events} events under {report.seals} seals are sound; {report.unsealed} are not sealed yet"
    )
