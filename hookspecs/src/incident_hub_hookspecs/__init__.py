"""The contract between Incident Hub and its plugins.

Needs pluggy and the standard library, nothing else; a plugin imports this package and never the hub.
"""

from incident_hub_hookspecs.context import (
    CallContext,
    Clock,
    HttpClient,
    HttpResponse,
    IncidentLookup,
    PluginContext,
)
from incident_hub_hookspecs.enums import (
    AlertStatus,
    IncidentState,
    IncidentType,
    RelationType,
    ResolutionMethod,
    Severity,
)
from incident_hub_hookspecs.errors import (
    ConfigError,
    DeliveryError,
    PayloadError,
    PluginError,
    SignatureError,
)
from incident_hub_hookspecs.parsing import Delivery, RejectedItem, WebhookParser, WebhookRequest
from incident_hub_hookspecs.records import NO_IDENTITY, Alert, Incident, LlmIdentity
from incident_hub_hookspecs.response import (
    ActionResult,
    Notification,
    Notifier,
    PlaybookAction,
    Receipt,
)
from incident_hub_hookspecs.spec import ENTRY_POINT_GROUP, PROJECT, hookimpl, hookspec
from incident_hub_hookspecs.triage import (
    Classification,
    Classifier,
    Correlator,
    Enricher,
    Enrichment,
    Link,
)

__all__ = [
    "ENTRY_POINT_GROUP",
    "NO_IDENTITY",
    "PROJECT",
    "ActionResult",
    "Alert",
    "AlertStatus",
    "CallContext",
    "Classification",
    "Classifier",
    "Clock",
    "ConfigError",
    "Correlator",
    "Delivery",
    "DeliveryError",
    "Enricher",
    "Enrichment",
    "HttpClient",
    "HttpResponse",
    "Incident",
    "IncidentLookup",
    "IncidentState",
    "IncidentType",
    "Link",
    "LlmIdentity",
    "Notification",
    "Notifier",
    "PayloadError",
    "PlaybookAction",
    "PluginContext",
    "PluginError",
    "Receipt",
    "RejectedItem",
    "RelationType",
    "ResolutionMethod",
    "Severity",
    "SignatureError",
    "WebhookParser",
    "WebhookRequest",
    "hookimpl",
    "hookspec",
]
