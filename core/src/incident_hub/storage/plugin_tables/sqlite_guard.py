"""SQLite asks us before it compiles a statement; what is not the plugin's does not run at all."""

import sqlite3
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TypeVar, cast

from incident_hub_hookspecs import PluginError
from sqlalchemy import Connection

from incident_hub.storage.plugin_tables.access import Access, refusal
from incident_hub.storage.plugin_tables.names import Namespace

__all__ = ["run_on_sqlite"]

T = TypeVar("T")
_STEPS = 20_000  # of SQLite's machine between two looks at the time
_FREE = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_SAVEPOINT}
_READS = {sqlite3.SQLITE_READ: "reading"}
_WRITES = {
    sqlite3.SQLITE_INSERT: "inserting into",
    sqlite3.SQLITE_UPDATE: "updating",
    sqlite3.SQLITE_DELETE: "deleting from",
}
_LOOKS = (sqlite3.SQLITE_READ, sqlite3.SQLITE_UPDATE)
_NEVER = {
    sqlite3.SQLITE_TRANSACTION: "ending the transaction, which is the hub's",
    sqlite3.SQLITE_ATTACH: "another database",
    sqlite3.SQLITE_DETACH: "another database",
}
_NAMES = "SELECT lower(name) FROM sqlite_master WHERE type IN ('table', 'view')"
_PRAGMAS = (
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "database_list", "defer_foreign_keys",
)  # fmt: skip


class _Judge:
    """Answers SQLite's questions about one plugin, and remembers what was refused."""

    def __init__(self, space: Namespace, access: Access, tables: Collection[str]) -> None:
        self._space = space
        self._tables = tables
        self._migrates = access is Access.MIGRATE
        self._verbs = _READS if access is Access.READ else {**_READS, **_WRITES}
        self.refused: list[str] = []

    def __call__(self, action: int, first: str | None, *_where: str | None) -> int:
        if action in _FREE or self._allowed(action, first or ""):
            return sqlite3.SQLITE_OK
        self.refused.append(_told(action, first))
        return sqlite3.SQLITE_DENY

    def _allowed(self, action: int, name: str) -> bool:
        if action in self._verbs:
            return self._space.owns(name) or self._is_no_table(action, name) or self._is_of_schema(name)
        if not self._migrates or action in _NEVER:
            return False
        return action != sqlite3.SQLITE_PRAGMA or name in _PRAGMAS

    def _is_no_table(self, action: int, name: str) -> bool:
        """Common table expressions and functions such as `json_each` are read under names of their own.

        To look up such a function SQLite goes through its own schema, which no statement can change.
        """
        if name == "sqlite_master":
            return action in _LOOKS
        return action in _READS and name.lower() not in self._tables

    def _is_of_schema(self, name: str) -> bool:
        """What every change of a schema writes: SQLite's own tables, and alembic's version."""
        return self._migrates and (name.startswith("sqlite_") or name == self._space.version_table)


def run_on_sqlite(
    connection: Connection, space: Namespace, access: Access, work: Callable[[Connection], T], deadline: float
) -> T:
    """Run `work`; see `confined`."""
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    judge = _Judge(space, access, frozenset(connection.exec_driver_sql(_NAMES).scalars()))
    raw.set_authorizer(judge)
    if deadline:
        end = time.monotonic() + deadline
        raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        value = work(connection)
    except Exception as error:
        if judge.refused:
            raise refusal(space, judge.refused) from error
        if deadline and time.monotonic() > end:
            raise PluginError(f"it took longer than {deadline:g} s") from error
        raise
    finally:
        with suppress(sqlite3.ProgrammingError):  # the plugin closed it; the next call opens another
            raw.set_authorizer(None)
            raw.set_progress_handler(None, _STEPS)
            if connection.closed:
                raw.rollback()
    if judge.refused:
        raise refusal(space, judge.refused)
    return value


def _told(action: int, name: str | None) -> str:
    if action in _READS or action in _WRITES:
        return f"{_READS.get(action) or _WRITES[action]} `{name}`"
    return _NEVER.get(action, "a statement that does more than work on rows")
