"""Keeping a plugin's statements to its own tables, as well as that can be done within one process.

It stops mistakes, not malice: code in this process can reach everything that the process can.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from incident_hub.storage.plugin_tables.access import Access
from incident_hub.storage.plugin_tables.names import Namespace
from incident_hub.storage.plugin_tables.postgres_guard import run_on_postgres
from incident_hub.storage.plugin_tables.sqlite_guard import run_on_sqlite

__all__ = ["confined"]

T = TypeVar("T")


def confined(
    connection: Connection,
    space: Namespace,
    access: Access,
    work: Callable[[Connection], T],
    deadline: float = 0.0,
) -> T:
    """Run `work` in the transaction that has begun.

    Raises `PluginError` when it went beyond the plugin's tables or ended the transaction, also when it
    caught the first error itself. `deadline` bounds each statement, in seconds; 0 is no bound.
    """
    run = run_on_postgres if connection.dialect.name == "postgresql" else run_on_sqlite
    root = connection.get_transaction()
    try:
        return run(connection, space, access, work, deadline)
    finally:
        if root is not None and not root.is_active and not connection.closed:
            _roll_back(connection)


def _roll_back(connection: Connection) -> None:
    """It tried to end the transaction: for SQLAlchemy that is over now, for the database it is not."""
    connection.connection.rollback()
    if (left := connection.get_transaction()) is not None:
        left.close()
