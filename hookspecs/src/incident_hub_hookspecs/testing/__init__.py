"""The kit for authors: contexts to call a plugin with, without a hub.

Its version is the contract's. It needs nothing but the standard library; tests that use it need pytest.
"""

from incident_hub_hookspecs.testing.contexts import (
    FixedClock,
    NoTables,
    Unreachable,
    call_context,
    plugin_context,
)
from incident_hub_hookspecs.testing.known import KnownDirectory, KnownIncidents

__all__ = [
    "FixedClock",
    "KnownDirectory",
    "KnownIncidents",
    "NoTables",
    "Unreachable",
    "call_context",
    "plugin_context",
]
