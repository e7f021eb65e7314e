"""`incident-hub db` for the tables of plugins: forward, back, what is left, and dropping it."""

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from incident_hub.cli.main import run
from incident_hub.host.discovery import bundled_plugins
from incident_hub.storage.opening import open_database
from incident_hub.storage.tables import event_sink

Shelf = Any  # the one of conftest
Told = Callable[..., str]
SITES = """
op.create_table("geo_sites", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(9)))
op.execute("INSERT INTO geo_sites VALUES (1, 'Bern')")
op.execute("CREATE VIEW geo_names AS SELECT name FROM geo_sites")
"""
MAPS = 'op.create_table("geo_maps_tiles", sa.Column("id", sa.Integer()))'


@pytest.fixture
def db(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Told:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    others = [name for name in bundled_plugins() if name != "parser_generic"]  # some have tables too
    monkeypatch.setenv("INCIDENT_HUB_PLUGINS_BLOCK", ",".join(others))
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def told(*arguments: str, code: int = 0) -> str:
        ended = run(["db", *arguments])
        captured = capsys.readouterr()
        assert ended == code, captured.err
        return captured.out if code == 0 else captured.err

    return told


def test_the_core_goes_first_and_then_each_plugin(db: Told, shelf: Shelf) -> None:
    shelf.install("geo", SITES)
    shelf.install("my-tool", 'op.create_table("my_tool_seen", sa.Column("id", sa.Integer()))')
    assert "geo: its tables are missing, it needs geo_1; incident-hub db upgrade --plugin geo" in db(
        "check", code=1
    )
    assert db("upgrade", "--plugin", "my-tool") == "my-tool: its tables are at version my_tool_1\n"
    core, *plugins = db("upgrade").splitlines()
    assert core.startswith("the schema is at version ")
    assert plugins == ["geo: its tables are at version geo_1", "my-tool: its tables are at version my_tool_1"]
    for command in ("check", "current"):
        assert db(command).splitlines()[1:] == plugins


def test_a_plugin_that_fails_keeps_none_back_and_the_command_fails(db: Told, shelf: Shelf) -> None:
    shelf.install("bad", "1 / 0")
    shelf.install("geo", SITES)
    assert "bad: ZeroDivisionError" in db("upgrade", code=1)
    assert db("current", code=0).splitlines()[1:] == [
        "bad: its tables are missing", "geo: its tables are at version geo_1",
    ]  # fmt: skip
    for name, why in (("gio", "did you mean `geo`?"), ("parser_generic", "has no tables of its own")):
        assert why in db("upgrade", "--plugin", name, code=1)


def test_tables_go_back_to_base_and_leave_nothing(db: Told, shelf: Shelf) -> None:
    undo = 'op.execute("DROP VIEW geo_names"); op.drop_table("geo_sites")'
    shelf.install("geo", SITES, undo=undo)
    db("upgrade")
    assert db("downgrade", "--plugin", "geo", "base") == "geo: its tables are missing\n"
    shelf.uninstall("geo")
    assert db("orphans") == "no plugin left tables behind\n"


def test_a_chain_without_a_way_back_says_what_helps(db: Told, shelf: Shelf) -> None:
    shelf.install("geo", SITES)
    db("upgrade")
    assert "incident-hub db drop-plugin geo" in db("downgrade", "--plugin", "geo", "base", code=1)
    assert "geo_1" in db("current")


def test_what_uninstalled_plugins_left_is_listed_and_dropped(db: Told, shelf: Shelf) -> None:
    shelf.install("geo", SITES)
    shelf.install("geo-maps", MAPS)
    db("upgrade")
    assert db("orphans") == "no plugin left tables behind\n"
    assert "geo is installed: `incident-hub plugins uninstall geo`" in db(
        "drop-plugin", "geo", "--yes", code=1
    )
    shelf.uninstall("geo")
    assert json.loads(db("orphans", "--json")) == [
        {"plugin": "geo", "name": "geo_sites", "rows": 1},
        {"plugin": "geo", "name": "alembic_version_plugin_geo", "rows": 1},
    ]
    assert "geo: geo_sites, rows: 1\n" in db("orphans")
    db("drop-plugin", "geo", code=130)  # nobody answers the question
    assert "`incident-hub db drop-plugin geo`" in db("orphans")
    assert "did you mean `geo`?" in db("drop-plugin", "gio", "--yes", code=1)
    assert db("drop-plugin", "geo", "--yes").endswith("dropped what geo kept\n")
    assert db("orphans") == "no plugin left tables behind\n"
    assert "geo-maps: its tables are at version geo_maps_1" in db("upgrade")
    assert "geo_maps_tiles, rows: 0\n" in db("drop-plugin", "geo-maps", "--yes", "--force")
    assert "geo-maps: its tables are missing" in db("current")


async def place_of(url: str, sink: str) -> None:
    database = open_database(url)
    row = event_sink.insert().values(plugin=sink, cursor=0, created_at=0)
    await database.write(lambda c: c.execute(row).rowcount)
    await database.close()


def test_the_place_of_a_sink_that_is_gone_is_left_too(db: Told, database_url: str) -> None:
    asyncio.run(place_of(database_url, "ear"))
    assert "ear: event_sink, rows: 1\n" in db("orphans")
    assert db("drop-plugin", "ear", "--yes").endswith("dropped what ear kept\n")
    assert db("orphans") == "no plugin left tables behind\n"
