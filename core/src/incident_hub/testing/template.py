"""Databases with the current schema, migrated once a run and copied from then on."""

import asyncio
import shutil
import tempfile
from functools import cache
from pathlib import Path

from incident_hub.storage.migrate import upgrade
from incident_hub.storage.opening import open_database
from incident_hub.testing.postgres import PostgresServer

__all__ = ["make_template", "sqlite_copy"]


def make_template(server: PostgresServer) -> None:
    """Create `hub_template` on the server, by the same migrations that users run."""
    server.sql("CREATE DATABASE hub_template")
    _migrate(server.url("hub_template"))


def sqlite_copy(target: Path) -> str:
    """A fresh file with the current schema; returns its URL."""
    shutil.copyfile(_sqlite_template(), target)
    return f"sqlite:///{target}"


@cache
def _sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="hub-sqlite-")) / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    async def run() -> None:
        database = open_database(url)
        await upgrade(database)
        await database.close()

    # A test may be running on this thread's loop already, so the migration takes a loop of its own.
    from threading import Thread  # noqa: PLC0415

    errors: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:  # raised again on the test's thread
            errors.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
