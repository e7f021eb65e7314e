"""The migrations make exactly the tables that the code works with."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import HEAD, SchemaOutdatedError, check, current, scripts, upgrade
from incident_hub.storage.opening import open_database
from incident_hub.storage.tables import metadata
from incident_hub.storage.tables_escalation import escalation
from incident_hub.storage.tables_notify import notification
from incident_hub.storage.tables_people import person
from incident_hub.storage.tables_rules import rule
from incident_hub.testing.postgres import PostgresServer
from sqlalchemy import Connection


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(scripts())).get_current_head() == HEAD


async def test_a_migrated_database_has_exactly_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"version_table": "alembic_version_core"}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    known = (person, escalation, rule, notification)
    assert all(table.metadata is metadata for table in known)
    assert await database.read(differences) == []


async def test_an_empty_database_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(SchemaOutdatedError, match="incident-hub db upgrade"):
        await check(database)
    await upgrade(database)
    await check(database)
    assert await current(database) == HEAD
    await database.close()


async def test_processes_that_start_together_upgrade_once(postgres_server: PostgresServer) -> None:
    url = postgres_server.url(postgres_server.create_database())
    databases = [open_database(url) for _ in range(4)]
    await asyncio.gather(*(upgrade(database) for database in databases))
    assert await current(databases[0]) == HEAD
    for database in databases:
        await database.close()
