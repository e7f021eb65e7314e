"""The schema's version: read quickly at each start, brought forward by alembic when it must be."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from incident_hub.storage.database import Database

__all__ = ["HEAD", "SchemaOutdatedError", "check", "current", "scripts", "upgrade"]

HEAD = "0001"  # a test holds it to the newest migration
_VERSION_TABLE = "alembic_version_core"
_LOCK = 0x1D5EEE


class SchemaOutdatedError(Exception):
    """The database's schema is not this program's."""

    def __init__(self, found: str | None) -> None:
        have = f"is at version {found}" if found else "is empty"
        super().__init__(f"the database {have}, this program needs {HEAD}: run `incident-hub db upgrade`")
        self.found = found


async def current(database: Database) -> str | None:
    """The version of the schema; None for a database without one."""
    return await database.read(_version)


async def check(database: Database) -> None:
    """Raise `SchemaOutdatedError` unless the schema is this program's."""
    found = await current(database)
    if found != HEAD:
        raise SchemaOutdatedError(found)


async def upgrade(database: Database) -> None:
    """Bring the schema forward, in one transaction; of processes that start together one does it."""
    if await current(database) != HEAD:
        await database.write(_upgrade)


def scripts() -> Path:
    """The folder of the migrations: inside an installed wheel, else in the checkout."""
    packaged = Path(__file__).parents[1] / "_alembic"
    return packaged if packaged.exists() else Path(__file__).parents[4] / "alembic"


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608
    return str(found) if found else None


def _upgrade(connection: Connection) -> None:
    # Imported here, for a start on a current schema should not pay for alembic.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
