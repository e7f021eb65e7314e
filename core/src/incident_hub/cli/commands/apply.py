"""`incident-hub apply`."""

from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, with_database
from incident_hub.cli.text import plain
from incident_hub.domain.clock import HubClock
from incident_hub.response.apply import Applied, DocumentsError, apply_documents, read_documents
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import check

__all__ = ["command"]

_SIGNS = {"created": "+", "updated": "~", "deleted": "-"}


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would differ; write nothing.")
@click.option("--prune", is_flag=True, help="Delete what the files leave out, of the kinds that they have.")
@click.option(
    "--actor", default="incident-hub apply", show_default=True, help="Who the timeline says it was."
)
@config_option
def command(path: Path, dry_run: bool, prune: bool, actor: str, config_file: Path | None) -> None:
    """Write the documents of PATH, a folder or a file, to the hub's database: all of them or none."""

    async def work(database: Database) -> list[Applied]:
        await check(database)
        now = HubClock().micros()
        return await apply_documents(database, documents, actor, now, dry_run=dry_run, prune=prune)

    try:
        documents = read_documents(path)
        found = with_database(config_file, work)
    except DocumentsError as error:
        raise CommandError(
            "nothing was written:\n" + "\n".join(f"  {one}" for one in error.problems), 1
        ) from None
    for one in found:
        if one.what in _SIGNS:
            click.echo(f"{_SIGNS[one.what]} {one.kind} {plain(one.id)}")
            for line in one.diff:
                click.echo(f"    {plain(line)}")
    _count(found, dry_run=dry_run)


def _count(found: list[Applied], *, dry_run: bool) -> None:
    counts = {what: sum(one.what == what for one in found) for what in (*_SIGNS, "unchanged")}
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing"
    click.echo(f"{'would be: ' if dry_run else ''}{said}")
