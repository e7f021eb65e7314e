"""From a URL to a database."""

from sqlalchemy.engine import make_url

from incident_hub.storage.database import Database

__all__ = ["open_database"]


def open_database(url: str, *, pool_size: int = 10) -> Database:
    """The database that the URL names: `sqlite:///path`, `sqlite://` (in memory) or `postgresql://`."""
    # Each driver is imported when it is the one: a start on SQLite does not pay for asyncpg.
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    if parsed.get_backend_name() == "sqlite":
        from incident_hub.storage.sqlite import SqliteDatabase  # noqa: PLC0415

        return SqliteDatabase(parsed, readers=2)
    from incident_hub.storage.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"), pool_size=pool_size)
