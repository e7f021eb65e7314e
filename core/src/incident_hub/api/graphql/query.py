"""The root of what can be read."""

import strawberry

from incident_hub.api.graphql.fields import resolved
from incident_hub.api.graphql.resolvers import hub, llm, pages
from incident_hub.api.graphql.resolvers.simulate import simulate
from incident_hub.api.graphql.types.hub import Health, IncidentStats, MttxMetrics, Plugin
from incident_hub.api.graphql.types.incident import Incident, IncidentGroup, RelatedIncident
from incident_hub.api.graphql.types.llm import Llm
from incident_hub.api.graphql.types.pages import (
    AlertConnection,
    GroupConnection,
    IncidentConnection,
    TimelineConnection,
)
from incident_hub.api.graphql.types.simulation import Simulation

__all__ = ["Query"]


@strawberry.type(description="What can be read.")
class Query:
    """Every list is a page of 1 to 100."""

    incident: Incident | None = resolved(hub.incident, Incident | None)
    incidents: IncidentConnection = resolved(pages.incidents, IncidentConnection)
    search_incidents: IncidentConnection = resolved(
        pages.search, IncidentConnection, description="By part of the title or description, newest first."
    )
    timeline: TimelineConnection = resolved(pages.timeline, TimelineConnection)
    alerts: AlertConnection = resolved(pages.alerts, AlertConnection)
    groups: GroupConnection = resolved(pages.groups, GroupConnection)
    group: IncidentGroup | None = resolved(hub.group, IncidentGroup | None)
    related_incidents: list[RelatedIncident] = resolved(hub.related, list[RelatedIncident])
    incident_stats: IncidentStats = resolved(hub.stats, IncidentStats)
    mttx_metrics: MttxMetrics = resolved(hub.mttx, MttxMetrics)
    plugins: list[Plugin] = resolved(hub.plugins, list[Plugin])
    simulate: Simulation = resolved(
        simulate,
        Simulation,
        description="Replay stored alerts, 5000 at most, on a throw-away hub that touches nothing and calls nobody. "
        "`config` changes `deduplication`, `triage` and `plugins`; until is now by default. One at a time.",
    )
    llm: Llm = resolved(llm.root, Llm)
    health: Health = resolved(hub.health, Health)
    version: str = resolved(hub.version, str)
