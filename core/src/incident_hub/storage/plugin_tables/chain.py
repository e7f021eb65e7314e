"""One plugin's chain of migrations: where it is, where it ends, and bringing the schema there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect

from incident_hub.storage import migrate
from incident_hub.storage.plugin_tables.access import Access
from incident_hub.storage.plugin_tables.catalog import SchemaObject, foreign_references, objects
from incident_hub.storage.plugin_tables.guard import confined
from incident_hub.storage.plugin_tables.names import Namespace
from incident_hub.storage.plugin_tables.revisions import Revisions, revisions_in

__all__ = ["Chain", "PluginSchemaError"]


class PluginSchemaError(Exception):
    """A plugin's tables are not what it needs, or cannot be; `mend` is what helps, when something does."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Chain:
    """The migrations in `folder`, which make the tables of the names in `space`."""

    space: Namespace
    folder: Path

    def found(self, connection: Connection) -> tuple[str, ...]:
        """The versions that the database is at: none, one, or several of a chain with branches."""
        return migrate.versions(connection, self.space.version_table)

    def revisions(self) -> Revisions:
        """What the plugin's folder holds."""
        return revisions_in(self.folder / "versions")

    def upgrade(self, connection: Connection) -> None:
        """Bring the plugin's tables forward; raises `PluginSchemaError` when they cannot be."""
        self._run(connection, lambda c: migrate.run("upgrade", c, "head", *self._place()))

    def downgrade(self, connection: Connection, revision: str) -> None:
        """Take them back to a revision, or to `base`."""
        self._run(connection, lambda c: migrate.run("downgrade", c, revision, *self._place()))
        if not self.found(connection) and not any(
            map(self.space.owns, inspect(connection).get_table_names())
        ):
            connection.exec_driver_sql(f"DROP TABLE {self.space.version_table}")

    def _place(self) -> tuple[str, Path]:
        return self.space.version_table, self.folder / "versions"

    def _run(self, connection: Connection, work: Callable[[Connection], None]) -> None:
        migrate.be_alone(connection)
        before = objects(connection)
        confined(connection, self.space, Access.MIGRATE, work)
        self._judge(connection, before, objects(connection))

    def _judge(self, connection: Connection, before: set[SchemaObject], after: set[SchemaObject]) -> None:
        """Hold the schema against what it was: whatever is not the plugin's must be as before."""
        known = {(one.kind, one.name) for one in before}
        for one in sorted(before ^ after):
            if not one.belongs_to(self.space):
                verb = "changed" if (one.kind, one.name) in known else "made"
                raise PluginSchemaError(
                    f"it {verb} the {one.kind} `{one.name}`; it may make tables and indexes named "
                    f"`{self.space.prefix}_...`, and leaves all others alone"
                )
        for own, other in foreign_references(connection, self.space):
            raise PluginSchemaError(f"`{own}` refers to `{other}`, which is not its own: keep the id alone")
        if connection.dialect.name == "sqlite":
            _insist_on_references(connection, self.space)


def _insist_on_references(connection: Connection, space: Namespace) -> None:
    """SQLite does not look while tables are rebuilt."""
    for table, _row, parent, _key in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        if space.owns(table):
            raise PluginSchemaError(f"rows of `{table}` refer to rows of `{parent}` that are not there")
