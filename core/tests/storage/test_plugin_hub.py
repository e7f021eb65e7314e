"""A hub opens the tables of plugins as it starts; one whose tables are not right fails alone."""

from pathlib import Path
from typing import Any

import pytest
from incident_hub.host.config import HubConfig
from incident_hub.host.status import PluginStatus
from incident_hub.host.strict import PluginLoadError
from incident_hub.hub import Hub
from incident_hub_hookspecs import PluginError
from sqlalchemy import Connection, text

Shelf = Any  # the one of conftest
SITES = 'op.create_table("geo_sites", sa.Column("name", sa.String(40), nullable=False))'


def add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO geo_sites VALUES ('Bern')"))


async def test_the_embedded_database_is_brought_forward_and_postgresql_is_looked_at(
    database_url: str, shelf: Shelf
) -> None:
    shelf.install("geo", SITES)
    hub = await Hub.create(HubConfig(database_url=database_url))
    record, tables = hub.registry.records["geo"], hub.registry.contexts["geo"].tables
    if hub.database.dialect == "sqlite":
        assert record.status is PluginStatus.ACTIVE
        await tables.write(add)
    else:
        assert (record.status, record.mend) == (
            PluginStatus.FAILED,
            "incident-hub db upgrade --plugin geo",
        )
        assert record.reason == "its tables: its tables are missing, it needs geo_1"
        with pytest.raises(PluginError, match="it needs geo_1"):
            await tables.write(add)
        with pytest.raises(PluginLoadError, match="it needs geo_1"):
            await Hub.create(HubConfig(database_url=database_url, strict_plugins=True))
    await hub.start()
    await hub.stop()


async def test_a_migration_that_fails_costs_the_plugin_and_not_the_hub(shelf: Shelf, tmp_path: Path) -> None:
    shelf.install("bad", 'op.create_table("sites", sa.Column("id", sa.Integer()))')
    shelf.install("geo", SITES)
    config = HubConfig(database_url=f"sqlite:///{tmp_path / 'hub.db'}")
    hub = await Hub.create(config)
    assert hub.registry.records["bad"].status is PluginStatus.FAILED
    assert "made the table `sites`" in hub.registry.records["bad"].reason
    assert "geo" in hub.registry.migrations
    assert "bad" not in hub.registry.migrations
    await hub.registry.contexts["geo"].tables.write(add)
    await hub.stop()
    shelf.uninstall("geo")
    hub = await Hub.create(config)
    assert "geo" not in hub.registry.records
    await hub.stop()
