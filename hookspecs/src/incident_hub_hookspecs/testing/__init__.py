"""The kit for authors: contexts to call a plugin with, examples, an outside that is written down.

The conformance classes are in `incident_hub_hookspecs.testing.conformance` and need pytest
(`pip install "incident-hub-hookspecs[testing]"`); all else needs the standard library. The kit's version is
the contract's.
"""

from incident_hub_hookspecs.testing.builders import (
    NOON,
    a_notification,
    an_action_request,
    an_alert,
    an_event,
    an_incident,
    incidents,
    webhook_request,
)
from incident_hub_hookspecs.testing.canary import CANARY
from incident_hub_hookspecs.testing.contexts import (
    FixedClock,
    NoTables,
    SmallCache,
    call_context,
    plugin_context,
)
from incident_hub_hookspecs.testing.garbage import GARBAGE_BODIES, mutations
from incident_hub_hookspecs.testing.hostile import (
    HOSTILE_TEXTS,
    empty_incident,
    hostile_incidents,
    huge_incident,
)
from incident_hub_hookspecs.testing.http import Answer, RecordingHttp, Sent
from incident_hub_hookspecs.testing.known import KnownDirectory, KnownIncidents
from incident_hub_hookspecs.testing.llm_fakes import FakeEdgeAgent, FakeGovernance, FakeSentinel, FakeShield

__all__ = [
    "CANARY",
    "GARBAGE_BODIES",
    "HOSTILE_TEXTS",
    "NOON",
    "Answer",
    "FakeEdgeAgent",
    "FakeGovernance",
    "FakeSentinel",
    "FakeShield",
    "FixedClock",
    "KnownDirectory",
    "KnownIncidents",
    "NoTables",
    "RecordingHttp",
    "Sent",
    "SmallCache",
    "a_notification",
    "an_action_request",
    "an_alert",
    "an_event",
    "an_incident",
    "call_context",
    "empty_incident",
    "hostile_incidents",
    "huge_incident",
    "incidents",
    "mutations",
    "plugin_context",
    "webhook_request",
]
