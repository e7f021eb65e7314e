"""A plugin's migrations make its own tables, or nothing at all."""

import asyncio
from typing import Any

import pytest
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.storage.plugin_tables.chain import PluginSchemaError
from incident_hub.storage.plugin_tables.schemas import PluginSchemas
from sqlalchemy import Connection, inspect

Shelf = Any  # the one of conftest
SITES = """
op.create_table("geo_sites", sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("name", sa.String(40), nullable=False))
op.create_index("ix_geo_sites_name", "geo_sites", ["name"])
"""
NOTES = """
op.create_table("geo_notes", sa.Column("site", sa.Integer(), sa.ForeignKey("geo_sites.id", ondelete="CASCADE")),
                sa.Column("text", sa.Text(), nullable=False))
"""


async def names(database: Database) -> set[str]:
    return set(await database.read(lambda c: inspect(c).get_table_names()))


async def upgrade(database: Database, shelf: Shelf, name: str = "geo") -> str:
    return (await PluginSchemas(database, shelf.registry()).upgrade(name)).version


async def test_each_plugin_has_its_own_chain_and_version_table(database: Database, shelf: Shelf) -> None:
    before = await names(database)
    shelf.install("geo", SITES, NOTES)
    shelf.install(
        "my-tool", 'op.create_table("my_tool_seen", sa.Column("id", sa.Integer(), primary_key=True))'
    )
    assert await upgrade(database, shelf) == "at version geo_2"
    assert await upgrade(database, shelf, "my-tool") == "at version my_tool_1"
    made = await names(database) - before
    assert made == {
        "geo_sites", "geo_notes", "alembic_version_plugin_geo", "my_tool_seen", "alembic_version_plugin_my_tool",
    }  # fmt: skip


async def test_a_new_version_goes_on_where_the_old_one_ended(database: Database, shelf: Shelf) -> None:
    shelf.install("geo", SITES)
    await upgrade(database, shelf)
    shelf.install("geo", SITES, NOTES)
    schemas = PluginSchemas(database, shelf.registry())
    with pytest.raises(PluginSchemaError, match="at version geo_1, it needs geo_2") as caught:
        await schemas.check("geo")
    assert caught.value.mend == "incident-hub db upgrade --plugin geo"
    assert (await schemas.upgrade("geo")).current
    shelf.install("geo", SITES)
    with pytest.raises(PluginSchemaError, match="geo_2, which the plugin installed does not know") as caught:
        await upgrade(database, shelf)
    assert caught.value.mend.endswith("pip install --upgrade shelf_geo")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ('op.create_table("sites", sa.Column("id", sa.Integer()))', "`sites`"),
        ('op.create_table("geographic", sa.Column("id", sa.Integer()))', "`geographic`"),
        ('op.create_table("geo_maps_x", sa.Column("id", sa.Integer()))', "`geo_maps_x`"),
        ('op.create_index("sites_by_name", "geo_sites", ["name"])', "made the index `sites_by_name`"),
        ('op.create_index("geo_titles", "incident", ["title"])', "`incident`"),
        ('op.execute("CREATE VIEW places AS SELECT name FROM geo_sites")', "`places`"),
        ('op.add_column("incident", sa.Column("geo_site", sa.Integer()))', "`incident`"),
        ('op.drop_table("silence")', "silence`"),
        ('op.execute("UPDATE incident SET title = title")', "`incident`"),
        ('op.execute("INSERT INTO geo_sites SELECT 1, title FROM incident")', "`incident`"),
        ('op.rename_table("geo_sites", "sites")', "geo_sites_name`|`sites`"),
        ('op.execute("COMMIT")', "transaction|`COMMIT`"),
        ("op.get_bind().commit()", "ending the transaction"),
        (
            'op.create_table("geo_bad", sa.Column("one", sa.String(36), sa.ForeignKey("incident.id")))',
            "`incident`",
        ),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit('enough')", "SystemExit: enough"),
        ('op.execute("SELEC 1")', "syntax error"),
    ],
)
async def test_what_is_not_the_plugins_is_refused_and_nothing_of_it_stays(
    database: Database, shelf: Shelf, step: str, told: str
) -> None:
    shelf.install("geo-maps", "pass")
    shelf.install("geo", SITES)
    await upgrade(database, shelf)
    before = await names(database)
    shelf.install("geo", SITES, NOTES + step)
    with pytest.raises(PluginSchemaError, match=told):
        await upgrade(database, shelf)
    assert await names(database) == before
    shelf.install("geo", SITES, NOTES)
    assert await upgrade(database, shelf) == "at version geo_2"


async def test_a_table_rebuilt_in_batch_mode_keeps_the_rows_that_refer_to_it(
    database: Database, shelf: Shelf
) -> None:
    shelf.install("geo", SITES, NOTES)
    await upgrade(database, shelf)

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO geo_sites VALUES (1, 'Bern')")
        connection.exec_driver_sql("INSERT INTO geo_notes VALUES (1, 'old')")

    await database.write(fill)
    rebuild = 'with op.batch_alter_table("geo_sites") as t: t.alter_column("name", type_=sa.String(80))'
    shelf.install("geo", SITES, NOTES, rebuild)
    await upgrade(database, shelf)
    count = "SELECT count(*) FROM geo_notes"
    assert await database.read(lambda c: c.exec_driver_sql(count).scalar_one()) == 1
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await database.write(lambda c: c.exec_driver_sql("INSERT INTO geo_notes VALUES (7, 'no such site')"))


async def test_references_that_a_migration_breaks_are_found(database: Database, shelf: Shelf) -> None:
    shelf.install("geo", SITES, NOTES, "op.execute(\"INSERT INTO geo_notes VALUES (7, 'no such site')\")")
    with pytest.raises(PluginSchemaError, match=r"that are not there|foreign key"):
        await upgrade(database, shelf)
    assert "geo_sites" not in await names(database)


async def test_processes_that_start_together_migrate_once(database_url: str, shelf: Shelf) -> None:
    shelf.install("geo", SITES + "op.execute(\"INSERT INTO geo_sites VALUES (1, 'once')\")")
    databases = [open_database(database_url) for _ in range(3)]
    told = await asyncio.gather(*(upgrade(one, shelf) for one in databases))
    assert told == ["at version geo_1"] * 3
    for one in databases:
        await one.close()


@pytest.mark.parametrize("name", ["Geo Maps", "g" * 60, "1geo", "géo"])
async def test_a_name_that_cannot_begin_tables_is_refused(
    database: Database, shelf: Shelf, name: str
) -> None:
    shelf.install("geo", "pass")
    registry = shelf.registry()
    registry.migrations[name] = registry.migrations["geo"]
    with pytest.raises(PluginSchemaError, match="must match"):
        await PluginSchemas(database, registry).upgrade(name)


async def test_a_chain_with_two_ends_or_a_broken_file_is_told(database: Database, shelf: Shelf) -> None:
    shelf.install("geo", SITES, NOTES)
    folder = shelf.folder / "shelf_geo" / "migrations" / "versions"
    second = (folder / "2.py").read_text()
    (folder / "3.py").write_text(second.replace("'geo_2'", "'geo_3'"))
    with pytest.raises(PluginSchemaError, match="heads"):
        await upgrade(database, shelf)
    (folder / "3.py").write_text("def upgrade(:\n")
    with pytest.raises(PluginSchemaError, match="SyntaxError"):
        await upgrade(database, shelf)
