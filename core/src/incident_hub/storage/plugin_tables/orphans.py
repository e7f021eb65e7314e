"""What plugins left in the database: tables of those that are not installed any more, and dropping them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, inspect, select, table

from incident_hub.storage.plugin_tables.catalog import objects
from incident_hub.storage.plugin_tables.names import VERSION_PREFIX, Namespace, table_prefix
from incident_hub.storage.tables import event_sink

__all__ = ["LeftTable", "drop_all", "leftovers", "orphans", "owned", "with_tables"]

_ORDER = ("materialized view", "view", "table", "sequence", "type")  # what may rest on what


@dataclass(frozen=True, slots=True)
class LeftTable:
    """A table, whose it was, and how many rows it holds, or how many in a table of the hub are its."""

    plugin: str
    name: str
    rows: int


def leftovers(connection: Connection) -> list[str]:
    """The table prefixes of all plugins that have, or had, something here: tables, or a place as a sink."""
    return sorted({*with_tables(connection), *map(table_prefix, _sinks(connection))})


def with_tables(connection: Connection) -> list[str]:
    """The table prefixes of the plugins with tables: each has a version table."""
    names = inspect(connection).get_table_names()
    return sorted(name.removeprefix(VERSION_PREFIX) for name in names if name.startswith(VERSION_PREFIX))


def orphans(connection: Connection, installed: Iterable[str]) -> list[LeftTable]:
    """The tables of plugins that are not installed, their version tables among them."""
    here = {table_prefix(plugin) for plugin in installed}
    gone = [plugin for plugin in leftovers(connection) if plugin not in here]
    return [one for plugin in gone for one in owned(connection, plugin, installed)]


def owned(connection: Connection, plugin: str, installed: Iterable[str]) -> list[LeftTable]:
    """A plugin's tables, its version table behind them, and its place in the timeline as a sink."""
    space = _space(connection, plugin, installed)
    every = inspect(connection).get_table_names()
    names = [*sorted(filter(space.owns, every)), *({space.version_table} & set(every))]
    found = [LeftTable(space.prefix, name, _rows(connection, name)) for name in names]
    places = [sink for sink in _sinks(connection) if table_prefix(sink) == space.prefix]
    return [*found, LeftTable(space.prefix, event_sink.name, len(places))] if places else found


def drop_all(connection: Connection, plugin: str, installed: Iterable[str]) -> None:
    """Drop everything that is the plugin's, its version table and its place as a sink too."""
    space = _space(connection, plugin, installed)
    found = [one for one in objects(connection) if one.belongs_to(space)]
    quote = connection.dialect.identifier_preparer.quote
    for kind in _ORDER:
        names = sorted(quote(one.name) for one in found if one.kind == kind)
        together = connection.dialect.name == "postgresql"  # they may refer to each other
        for some in [", ".join(names)] if together and names else names:
            connection.exec_driver_sql(f"DROP {kind.upper()} IF EXISTS {some}")
    for sink in _sinks(connection):
        if table_prefix(sink) == space.prefix:
            connection.execute(delete(event_sink).where(event_sink.c.plugin == sink))


def _space(connection: Connection, plugin: str, installed: Iterable[str]) -> Namespace:
    return Namespace.of(plugin, [*installed, *with_tables(connection)])


def _sinks(connection: Connection) -> list[str]:
    """The plugins that have a place in the timeline; none before there is the core's schema."""
    if not inspect(connection).has_table(event_sink.name):
        return []
    return list(connection.execute(select(event_sink.c.plugin)).scalars())


def _rows(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
