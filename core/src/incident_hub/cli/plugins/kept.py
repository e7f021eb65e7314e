"""The tables that a plugin has in the database, looked at and never made."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from incident_hub.cli.settings import load_config, with_database
from incident_hub.host.config import HubConfigError
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.plugin_tables.orphans import owned

__all__ = ["tables_kept"]


def tables_kept(name: str, installed: Iterable[str], config_file: Path | None) -> list[str]:
    """A line for each; none where there is no database yet."""
    look = partial(owned, plugin=name, installed=list(installed))
    try:
        if _missing_file(load_config(config_file).database_url):
            return []
        found = with_database(config_file, lambda database: database.read(look))
    except (DatabaseUnavailableError, ArgumentError, HubConfigError) as error:
        return [f"not known, the database cannot be asked: {error}"]
    return [f"{one.name}, rows: {one.rows}" for one in found]


def _missing_file(url: str) -> bool:
    """Opening a SQLite database makes it, and looking should make nothing."""
    parsed = make_url(url)
    path = parsed.database or ""
    return parsed.get_backend_name() == "sqlite" and not Path(path).is_file()
