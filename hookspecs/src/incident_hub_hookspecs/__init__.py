"""The contract between Incident Hub and its plugins.

Needs pluggy and the standard library, nothing else; a plugin imports this package and never the hub.
"""

from incident_hub_hookspecs.context import (
    Cache,
    CallContext,
    Clock,
    HttpClient,
    HttpResponse,
    IncidentLookup,
    PluginContext,
    Tables,
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
from incident_hub_hookspecs.growth import (
    Command,
    GraphQLContext,
    GraphQLPart,
    IncidentPart,
    Migrations,
    Route,
    RouteRequest,
    RouteResponse,
)
from incident_hub_hookspecs.llm import (
    LlmClient,
    LlmKind,
    Provenance,
)
from incident_hub_hookspecs.parsing import (
    Delivery,
    RejectedItem,
    WebhookParser,
    WebhookRequest,
)
from incident_hub_hookspecs.people import (
    Directory,
    Person,
    Service,
    Shift,
    Team,
)
from incident_hub_hookspecs.records import (
    NO_IDENTITY,
    Alert,
    Incident,
    LlmIdentity,
)
from incident_hub_hookspecs.response import (
    ActionRequest,
    ActionResult,
    BlastRadius,
    Decision,
    Notification,
    Notifier,
    PlaybookAction,
    Receipt,
    Undoable,
    Verdict,
)
from incident_hub_hookspecs.settings import (
    setting,
)
from incident_hub_hookspecs.spec import (
    ENTRY_POINT_GROUP,
    PROJECT,
    hookimpl,
    hookspec,
)
from incident_hub_hookspecs.timeline import (
    TimelineEvent,
)
from incident_hub_hookspecs.triage import (
    Classification,
    Classifier,
    Correlator,
    Enricher,
    Enrichment,
    Feedback,
    FeedbackKind,
    Learner,
    Link,
)

__all__ = [
    "ENTRY_POINT_GROUP",
    "NO_IDENTITY",
    "PROJECT",
    "ActionRequest",
    "ActionResult",
    "Alert",
    "AlertStatus",
    "BlastRadius",
    "Cache",
    "CallContext",
    "Classification",
    "Classifier",
    "Clock",
    "Command",
    "ConfigError",
    "Correlator",
    "Decision",
    "Delivery",
    "DeliveryError",
    "Directory",
    "Enricher",
    "Enrichment",
    "Feedback",
    "FeedbackKind",
    "GraphQLContext",
    "GraphQLPart",
    "HttpClient",
    "HttpResponse",
    "Incident",
    "IncidentLookup",
    "IncidentPart",
    "IncidentState",
    "IncidentType",
    "Learner",
    "Link",
    "LlmClient",
    "LlmIdentity",
    "LlmKind",
    "Migrations",
    "Notification",
    "Notifier",
    "PayloadError",
    "Person",
    "PlaybookAction",
    "PluginContext",
    "PluginError",
    "Provenance",
    "Receipt",
    "RejectedItem",
    "RelationType",
    "ResolutionMethod",
    "Route",
    "RouteRequest",
    "RouteResponse",
    "Service",
    "Severity",
    "Shift",
    "SignatureError",
    "Tables",
    "Team",
    "TimelineEvent",
    "Undoable",
    "Verdict",
    "WebhookParser",
    "WebhookRequest",
    "hookimpl",
    "hookspec",
    "setting",
]
