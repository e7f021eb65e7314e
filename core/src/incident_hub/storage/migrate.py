"""The schema's version: read quickly at each start, brought forward by alembic when it must be."""

from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

from incident_hub.storage.database import Database

__all__ = [
    "CORE_TABLE",
    "HEAD",
    "SchemaOutdatedError",
    "be_alone",
    "check",
    "current",
    "run",
    "scripts",
    "upgrade",
    "versions",
]

HEAD = "0012"  # a test holds it to the newest migration
CORE_TABLE = "alembic_version_core"
_LOCK = 0x1D5EEE
Verb = Literal["upgrade", "downgrade"]


class SchemaOutdatedError(Exception):
    """The database's schema is not this program's."""

    def __init__(self, found: str | None) -> None:
        have = f"is at version {found}" if found else "is empty"
        super().__init__(f"the database {have}, this program needs {HEAD}: run `incident-hub db upgrade`")
        self.found = found


async def current(database: Database) -> str | None:
    """The version of the schema; None for a database without one."""
    found = await database.read(lambda connection: versions(connection, CORE_TABLE))
    return found[0] if found else None


async def check(database: Database) -> None:
    """Raise `SchemaOutdatedError` unless the schema is this program's."""
    found = await current(database)
    if found != HEAD:
        raise SchemaOutdatedError(found)


async def upgrade(database: Database) -> None:
    """Bring the schema forward, in one transaction; of processes that start together one does it."""
    if await current(database) != HEAD:
        await database.migrate(_upgrade)


def scripts() -> Path:
    """The folder of the migrations: inside an installed wheel, else in the checkout."""
    packaged = Path(__file__).parents[1] / "_alembic"
    return packaged if packaged.exists() else Path(__file__).parents[4] / "alembic"


def versions(connection: Connection, table: str) -> tuple[str, ...]:
    """What a version table holds; nothing when it is not there."""
    if not inspect(connection).has_table(table):
        return ()
    return tuple(sorted(connection.execute(text(f"SELECT version_num FROM {table}")).scalars()))  # noqa: S608


def be_alone(connection: Connection) -> None:
    """Wait until no other process migrates, and keep them out until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def run(verb: Verb, connection: Connection, revision: str, table: str, versions_folder: Path | None) -> None:
    """Run a chain of migrations in the hub's own environment, to a revision, by its version table.

    Without a folder of versions the chain is the core's.
    """
    # Imported here, for a start on a current schema should not pay for alembic.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", _literal(scripts()))
    if versions_folder is not None:
        config.set_main_option("path_separator", "newline")  # which no path has
        config.set_main_option("version_locations", _literal(versions_folder))
    config.attributes.update(connection=connection, version_table=table)
    getattr(command, verb)(config, revision)


def _upgrade(connection: Connection) -> None:
    be_alone(connection)
    run("upgrade", connection, "head", CORE_TABLE, None)


def _literal(path: Path) -> str:
    return str(path).replace("%", "%%")
