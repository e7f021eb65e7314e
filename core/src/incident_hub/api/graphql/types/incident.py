"""Incidents and groups, and all that hangs on them."""

from typing import TYPE_CHECKING, Annotated, Any

import orjson
import strawberry

from incident_hub.api.graphql.fields import derived, resolved, stored
from incident_hub.api.graphql.resolvers import delivery_parts, parts, patterns, routing, shield, why
from incident_hub.api.graphql.scalars import Json, Moment
from incident_hub.api.graphql.types.enums import (
    GroupState,
    IncidentState,
    IncidentType,
    RelationType,
    ResolutionMethod,
    Severity,
)
from incident_hub.api.graphql.types.escalation import Escalation
from incident_hub.api.graphql.types.leaves import (
    Alert,
    Feedback,
    Finding,
    KeyValue,
    LlmIdentity,
    SeveritySuggestion,
    TimelineEvent,
    identity,
    pairs,
)
from incident_hub.api.graphql.types.routing import Routing
from incident_hub.api.graphql.types.shield import Threat
from incident_hub.api.graphql.types.sla import SlaClock

if TYPE_CHECKING:
    from incident_hub.api.graphql.types.deliveries import Delivery

__all__ = ["Incident", "IncidentGroup", "IncidentLink", "RelatedIncident"]

_Incident = Annotated["Incident", strawberry.lazy("incident_hub.api.graphql.types.incident")]
_Delivery = Annotated["Delivery", strawberry.lazy("incident_hub.api.graphql.types.deliveries")]
_Group = Annotated["IncidentGroup", strawberry.lazy("incident_hub.api.graphql.types.incident")]


def _list(name: str) -> Any:  # noqa: ANN401 - stands for a field
    return derived(lambda row: orjson.loads(getattr(row, name)))


@strawberry.type(description="Why two incidents belong together: what one correlator said.")
class IncidentLink:
    """Shows a `LinkRow`."""

    incident_id: strawberry.ID
    other_id: strawberry.ID
    incident: _Incident | None = resolved(parts.link_incident, _Incident | None)
    other: _Incident | None = resolved(parts.link_other, _Incident | None)
    plugin: str
    score: float = derived(lambda row: float(row.score))
    reason: str
    at: Moment


@strawberry.type(
    description="A group that comes again: how often, in which order, and why, as far as people said."
)
class GroupPattern:
    """Shows a `Pattern`."""

    occurrences: int = strawberry.field(description="How many earlier groups hold mostly the same problems.")
    first_at: Moment
    last_at: Moment
    groups: list[_Group] = strawberry.field(description="The newest of them, at most 10.")
    usual_order: list[str] = strawberry.field(description="Titles in the order in which they mostly begin.")
    same_order: float = strawberry.field(description="The share of them that began in the order of this one.")
    root_cause: str | None = strawberry.field(description="What people most often gave as the root cause.")


@strawberry.type(description="Incidents that belong together, and the scored links that say why.")
class IncidentGroup:
    """Shows a `GroupRow`."""

    id: strawberry.ID
    title: str
    state: GroupState
    size: int
    score: float = derived(lambda row: float(row.score))
    primary_incident_id: strawberry.ID
    primary: _Incident | None = resolved(parts.group_primary, _Incident | None)
    incidents: list[_Incident] = resolved(parts.group_incidents, list[_Incident])
    links: list[IncidentLink] = resolved(parts.group_links, list[IncidentLink])
    merged_into: strawberry.ID | None
    created_at: Moment
    updated_at: Moment
    ended_at: Moment | None = strawberry.field(description="Since when nobody in it is active.")
    pattern: GroupPattern | None = resolved(
        patterns.group_pattern,
        GroupPattern | None,
        description="What earlier groups of the same problems show.",
    )


@strawberry.type(description="An incident that somebody related to this one.")
class RelatedIncident:
    """Shows a relation from one side."""

    type: RelationType
    outgoing: bool = strawberry.field(
        description="Whether the relation reads from this incident to the other."
    )
    incident: _Incident
    reason: str
    actor: str
    at: Moment


@strawberry.type(description="A problem that people handle.")
class Incident:
    """Shows an `IncidentRow`."""

    id: strawberry.ID
    title: str
    description: str
    source: str
    fingerprint: str
    severity: Severity
    reported_severity: Severity | None = strawberry.field(description="What the sources said.")
    state: IncidentState
    type: IncidentType
    active: bool = derived(lambda row: row.state not in ("resolved", "closed"))
    stateful: bool = derived(
        lambda row: bool(row.stateful), description="Whether its source says when it ends."
    )
    alert_count: int = strawberry.field(name="count", description="How many alerts are folded into it.")
    version: int
    resources: list[str] = _list("resources")
    labels: list[KeyValue] = derived(lambda row: pairs(row.labels))
    labels_map: Json = stored("labels")
    annotations: list[KeyValue] = derived(lambda row: pairs(row.annotations))
    llm: LlmIdentity = derived(lambda row: identity(row.llm))
    correlation_key: str | None
    assignees: list[str] = _list("assignees")
    tags: list[str] = _list("tags")
    acknowledged_by: str | None
    acknowledged_at: Moment | None
    escalation_level: int
    escalation: Escalation | None = resolved(
        parts.escalation,
        Escalation | None,
        description="Its latest way through a policy; the one under way, if one is.",
    )
    sla: list[SlaClock] = resolved(
        parts.clocks,
        list[SlaClock],
        description="Its deadlines: none before triage, or where its severity has none.",
    )
    group_id: strawberry.ID | None
    merged_into: strawberry.ID | None
    silenced_by: strawberry.ID | None = strawberry.field(
        description="A silence's id; or window:, inhibit: or rule: and an id; or flapping."
    )
    routing: Routing | None = resolved(
        routing.routing,
        Routing | None,
        description="Where it went when it was last routed, and why; nothing where rules had no say.",
    )
    created_at: Moment
    updated_at: Moment
    first_seen: Moment
    last_seen: Moment
    expires_at: Moment | None
    resolved_at: Moment | None
    closed_at: Moment | None
    resolved_by: str | None
    resolution_method: ResolutionMethod | None
    resolution_notes: str | None
    root_cause: str | None
    reopened: int = strawberry.field(description="How often it came back.")
    alerts: list[Alert] = resolved(parts.alerts, list[Alert], description="The newest alerts.")
    timeline: list[TimelineEvent] = resolved(
        parts.timeline, list[TimelineEvent], description="The first events behind a cursor, oldest first."
    )
    findings: list[Finding] = resolved(parts.findings, list[Finding])
    threat: Threat | None = resolved(
        shield.incident_threat,
        Threat | None,
        description="What Shield said of it, if it is a security incident.",
    )
    deliveries: list[_Delivery] = resolved(
        delivery_parts.of_incident, list[_Delivery], description="Who was told of it, oldest first."
    )
    feedback: list[Feedback] = resolved(parts.feedback, list[Feedback])
    group: _Group | None = resolved(parts.group, _Group | None)
    related: list[RelatedIncident] = resolved(parts.related, list[RelatedIncident])
    severity_reason: str = resolved(why.severity_reason, str, description="Why it has this severity.")
    suggested_severity: SeveritySuggestion | None = resolved(
        why.suggested_severity, SeveritySuggestion | None
    )
    group_reason: str | None = resolved(why.group_reason, str | None, description="Why it is in this group.")
