"""Which names in the database are one plugin's own."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from incident_hub.storage.tables import metadata

__all__ = ["VERSION_PREFIX", "Namespace", "name_problem", "table_prefix", "version_table"]

VERSION_PREFIX = "alembic_version_plugin_"
_LONGEST = 63 - len(VERSION_PREFIX)  # PostgreSQL cuts a longer name short
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{_LONGEST - 1}}}")
_REBUILT = "_alembic_tmp_"  # how batch mode calls a table until it takes the old one's place
_CONVENTION = re.compile(r"(ix|uq|pk|fk|ck)_")  # how alembic and SQLAlchemy begin the names of indexes


def table_prefix(plugin: str) -> str:
    """The plugin's name in snake_case, with which the names of its tables begin."""
    return plugin.replace("-", "_").lower()


def version_table(plugin: str) -> str:
    """The table that holds the version of the plugin's schema."""
    return VERSION_PREFIX + table_prefix(plugin)


def name_problem(plugin: str, others: Collection[str]) -> str:
    """Why a plugin of this name can own no tables, beside these others; empty when it can."""
    prefix = table_prefix(plugin)
    if not _NAME.fullmatch(prefix):
        return f"the name {plugin!r} cannot begin the names of tables: it must match {_NAME.pattern}"
    twin = next((one for one in others if one != plugin and table_prefix(one) == prefix), None)
    return f"the plugin {twin} has the same table names, `{prefix}_...`" if twin else ""


@dataclass(frozen=True, slots=True)
class Namespace:
    """The names `<prefix>_...`, without those that belong to the hub or to a plugin of a longer name."""

    prefix: str
    rivals: frozenset[str]

    @classmethod
    def of(cls, plugin: str, others: Iterable[str]) -> "Namespace":
        """A plugin's names, beside those of other plugins."""
        prefix = table_prefix(plugin)
        known = {table_prefix(other) for other in others} - {prefix}
        return cls(prefix, frozenset(other for other in known if other.startswith(f"{prefix}_")))

    @property
    def version_table(self) -> str:
        """Where alembic keeps the version of the plugin's schema."""
        return VERSION_PREFIX + self.prefix

    def owns(self, table: str) -> bool:
        """Whether a table of this name is the plugin's."""
        name = table.lower().removeprefix(_REBUILT)
        if name in metadata.tables or name.startswith("alembic_version_"):
            return False
        longer = any(name == rival or name.startswith(f"{rival}_") for rival in self.rivals)
        return name.startswith(f"{self.prefix}_") and not longer

    def owns_index(self, index: str) -> bool:
        """Whether an index may be called so: as a table, or as the usual convention makes of a table's name."""
        return self.owns(index) or self.owns(_CONVENTION.sub("", index.lower(), count=1))
