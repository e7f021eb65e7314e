"""`context.tables` reaches the plugin's own tables and nothing else, and leaves the hub as it was."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from incident_hub.storage.database import Database
from incident_hub.storage.plugin_tables.names import Namespace
from incident_hub.storage.plugin_tables.tables import OwnTables, TableDoors
from incident_hub.storage.tables import incident, metadata
from incident_hub_hookspecs import PluginError
from sqlalchemy import Connection, column, delete, insert, select, table, text, update
from sqlalchemy.exc import IntegrityError

SITES = table("geo_sites", column("id"), column("name"))
HUBS = [*metadata.tables, "alembic_version_core", "alembic_version_plugin_geo", "geo_maps_tiles"]
MAKE = (
    "CREATE TABLE geo_sites (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE geo_maps_tiles (id INTEGER PRIMARY KEY)",
    "CREATE TABLE alembic_version_plugin_geo (version_num TEXT)",
    "CREATE TABLE alembic_version_plugin_geo_maps (version_num TEXT)",
)


@pytest.fixture
async def tables(database: Database) -> AsyncIterator[OwnTables]:
    await database.write(lambda c: [c.exec_driver_sql(statement) for statement in MAKE] and None)
    door = TableDoors(database, deadline=0.5)("geo")
    door.open(Namespace.of("geo", ["geo-maps"]))
    yield door
    await database.write(lambda c: c.exec_driver_sql("SELECT 1"))  # the hub goes on, whatever happened


def add(*names: str) -> Callable[[Connection], None]:
    return lambda c: (
        c.execute(insert(SITES), [{"id": n, "name": name} for n, name in enumerate(names)]) and None
    )


def names(connection: Connection) -> list[str]:
    return list(connection.execute(select(SITES.c.name).order_by(SITES.c.id)).scalars())


async def test_what_is_written_is_there_to_read(tables: OwnTables) -> None:
    await tables.write(add("Bern", "Oslo"))
    await tables.write(lambda c: c.execute(update(SITES).where(SITES.c.id == 0).values(name="Basel")))
    await tables.write(lambda c: c.execute(delete(SITES).where(SITES.c.id == 1)))
    assert await tables.read(names) == ["Basel"]


async def test_statements_of_every_shape_work_on_the_plugins_own_tables(tables: OwnTables) -> None:
    def work(connection: Connection) -> list[str]:
        with connection.begin_nested():
            add("Bern", "Oslo")(connection)
        with pytest.raises(IntegrityError), connection.begin_nested():
            add("Bern")(connection)
        kept = connection.begin_nested()
        connection.execute(text("-- all of them\nDELETE FROM geo_sites"))
        kept.rollback()
        one = (
            "WITH few AS (SELECT id FROM geo_sites) SELECT name FROM geo_sites JOIN few USING (id) ORDER BY 1"
        )
        return list(connection.execute(text(one)).scalars())

    assert await tables.write(work) == ["Bern", "Oslo"]


async def test_when_the_work_raises_nothing_of_it_stays(tables: OwnTables) -> None:
    def work(connection: Connection) -> None:
        add("Bern")(connection)
        raise LookupError("no")

    with pytest.raises(LookupError):
        await tables.write(work)
    assert await tables.read(names) == []


@pytest.mark.parametrize("name", HUBS)
async def test_no_other_table_can_be_read_or_changed(tables: OwnTables, name: str) -> None:
    for statement in (f"SELECT count(*) FROM {name}", f"DELETE FROM {name}"):
        with pytest.raises(PluginError, match=f"{name}`; the plugin's own tables are named `geo_...`"):
            await tables.write(lambda c, said=statement: c.execute(text(said)).rowcount)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO geo_sites SELECT 7, title FROM incident",
        "SELECT name, (SELECT max(title) FROM incident) FROM geo_sites",
        "DELETE FROM geo_sites WHERE id IN (SELECT 1 FROM job)",
        "CREATE TABLE geo_more (id INTEGER)",
        "DROP TABLE geo_sites",
        "COMMIT",
        "/* quietly */ ROLLBACK",
        "/* /* */ select */ COMMIT",
        "ATTACH DATABASE ':memory:' AS other",
        "PRAGMA foreign_keys = OFF",
        "SET synchronous_commit = off",
        "LOCK TABLE geo_sites",
    ],
)
async def test_what_is_no_work_on_own_rows_is_refused_and_undoes_the_rest(
    tables: OwnTables, statement: str, database: Database
) -> None:
    def work(connection: Connection) -> None:
        add("Bern")(connection)
        connection.execute(text(statement))

    expected: tuple[type[Exception], ...] = (PluginError,)
    if statement.startswith(("SET", "LOCK")) and database.dialect == "sqlite":
        expected = (Exception,)  # words that SQLite does not know
    with pytest.raises(expected):
        await tables.write(work)
    assert await tables.read(names) == []


def _commits(connection: Connection) -> None:
    connection.commit()


def _rolls_back(connection: Connection) -> None:
    connection.rollback()
    add("Oslo")(connection)


def _closes(connection: Connection) -> None:
    connection.close()


def _swallows(connection: Connection) -> None:
    try:
        connection.execute(select(incident.c.title)).all()
    except Exception:
        add("Oslo")(connection)


@pytest.mark.parametrize("abuse", [_commits, _rolls_back, _closes, _swallows])
async def test_a_plugin_that_takes_the_connection_for_its_own_changes_nothing(
    tables: OwnTables, abuse: Callable[[Connection], None]
) -> None:
    def work(connection: Connection) -> None:
        add("Bern")(connection)
        abuse(connection)

    with pytest.raises(Exception, match=r"."):
        await tables.write(work)
    assert await tables.read(names) == []


async def test_reading_cannot_write(tables: OwnTables) -> None:
    with pytest.raises(PluginError, match=r"refused: (inserting into|writing)"):
        await tables.read(add("Bern"))
    assert await tables.read(names) == []


async def test_a_statement_has_a_deadline(tables: OwnTables, database: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(PluginError, match=r"longer than 0\.5 s"):
        await asyncio.wait_for(tables.read(lambda c: c.execute(text(endless)).scalar()), 20)


async def test_the_hubs_own_statements_are_as_free_as_before(tables: OwnTables, database: Database) -> None:
    query = select(incident.c.title)
    for verb in (database.read, database.write):
        await verb(lambda c: c.execute(query).all())
        await tables.write(lambda c: c.execute(delete(SITES)).rowcount)
        await tables.read(names)
        await verb(lambda c: c.execute(query).all())


async def test_a_door_stays_shut_until_the_schema_is_current(database: Database) -> None:
    doors: Any = TableDoors(database, deadline=1)
    with pytest.raises(PluginError, match="geo has no tables: implement `register_migrations`"):
        await doors("geo").read(names)
