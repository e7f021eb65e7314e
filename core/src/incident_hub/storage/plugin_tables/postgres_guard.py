"""PostgreSQL is asked at the end: the locks that a transaction holds name every table that it touched.

Nothing that was written stays then, and nothing that was read is returned. Statements that would end the
transaction, or do more than work on rows, are refused by their first word.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from incident_hub_hookspecs import PluginError
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from incident_hub.storage.plugin_tables.access import Access, refusal
from incident_hub.storage.plugin_tables.names import Namespace

__all__ = ["run_on_postgres"]

T = TypeVar("T")
_COMMENT = r"/\*(?:(?!/\*).)*?\*/"  # one within another hides what comes behind it, and is no beginning
_FIRST = re.compile(rf"(?:\s|\(|--[^\n]*(?:\n|$)|{_COMMENT})*([a-z]*)", re.IGNORECASE | re.DOTALL)
_ROWS = {"select", "insert", "update", "delete", "merge", "with", "values", "table", "explain",
         "savepoint", "release"}  # fmt: skip
_ENDS = {"commit", "rollback", "abort", "end", "begin", "start", "prepare", "set", "reset", "discard", "lock"}
_BACK = re.compile(r"\s*rollback\s+to\b", re.IGNORECASE)
_PARTLY = re.compile(r"\s*(rollback\s+to|set\s+local)\b", re.IGNORECASE)
_BOUNDS = "SELECT set_config('statement_timeout', $1, true), set_config('transaction_read_only', $2, true)"
_TOUCHED = """
    SELECT DISTINCT c.relname FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE l.locktype = 'relation' AND l.pid = pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
"""
_TOO_LONG = "57014"  # query_canceled, which is how the time's end is told
_READ_ONLY = "25006"


class _Watch:
    """Listens to one connection while the plugin has it."""

    def __init__(self, connection: Connection, access: Access) -> None:
        self._connection = connection
        self._migrates = access is Access.MIGRATE
        self.refused: list[str] = []
        self._hooks: list[tuple[str, Callable[..., Any]]] = [
            ("before_cursor_execute", self._statement),
            ("commit", self._ended),
            ("rollback", self._ended),
        ]

    def begin(self) -> None:
        for name, hook in self._hooks:
            event.listen(self._connection, name, hook)

    def end(self) -> None:
        for name, hook in self._hooks:
            event.remove(self._connection, name, hook)

    def _statement(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found = _FIRST.match(statement)
        word = found[1].lower() if found else ""
        if not self._fine(word, statement):
            self._refuse(f"`{word.upper()}`, which is not a plugin's to say here")

    def _fine(self, word: str, statement: str) -> bool:
        if self._migrates:
            return word not in _ENDS or _PARTLY.match(statement) is not None
        return word in _ROWS or _BACK.match(statement) is not None

    def _ended(self, _connection: Connection) -> None:
        self._refuse("ending the transaction, which is the hub's")

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise PluginError(f"refused: {what}")


def run_on_postgres(
    connection: Connection, space: Namespace, access: Access, work: Callable[[Connection], T], deadline: float
) -> T:
    """Run `work`; see `confined`."""
    if deadline:
        bounds = (str(int(deadline * 1000)), "on" if access is Access.READ else "off")
        connection.exec_driver_sql(_BOUNDS, bounds)
    watch = _Watch(connection, access)
    watch.begin()
    try:
        value = work(connection)
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", "")
        if state == _TOO_LONG:
            raise PluginError(f"it took longer than {deadline:g} s") from error
        if state == _READ_ONLY:
            raise refusal(space, ["writing where only reading was asked for"]) from error
        raise
    finally:
        watch.end()
    versions = {space.version_table} if access is Access.MIGRATE else set()
    strange = [name for name in _touched(connection) if not space.owns(name) and name not in versions]
    beyond = [f"using `{name}`" for name in strange]
    if watch.refused or beyond:
        raise refusal(space, [*watch.refused, *beyond])
    return value


def _touched(connection: Connection) -> list[str]:
    return [str(name) for name in connection.exec_driver_sql(_TOUCHED).scalars()]
