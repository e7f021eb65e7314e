"""What a plugin's code may do to its tables, and how it is told that it went beyond."""

from collections.abc import Sequence
from enum import Enum

from incident_hub_hookspecs import PluginError

from incident_hub.storage.plugin_tables.names import Namespace

__all__ = ["Access", "refusal"]


class Access(Enum):
    """Reading, changing rows, changing the schema: each allows what the one before it allows."""

    READ = "read"
    WRITE = "write"
    MIGRATE = "migrate"


def refusal(space: Namespace, what: Sequence[str]) -> PluginError:
    """The error for statements that were not the plugin's to make."""
    told = ", ".join(dict.fromkeys(what))
    return PluginError(f"refused: {told}; the plugin's own tables are named `{space.prefix}_...`")
