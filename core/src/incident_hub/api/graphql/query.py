"""The root of what can be read."""

import strawberry

from incident_hub.api.graphql.fields import resolved
from incident_hub.api.graphql.resolvers import deliveries as outgoing
from incident_hub.api.graphql.resolvers import escalation as escalating
from incident_hub.api.graphql.resolvers import hub, llm, pages, people
from incident_hub.api.graphql.resolvers import rules as ruling
from incident_hub.api.graphql.resolvers import schedules as oncall
from incident_hub.api.graphql.resolvers import silences as silencing
from incident_hub.api.graphql.resolvers.simulate import simulate
from incident_hub.api.graphql.types.auditor import AuditorReport
from incident_hub.api.graphql.types.deliveries import DeliveryConnection, RefusedTarget
from incident_hub.api.graphql.types.escalation import Escalation, EscalationPolicy
from incident_hub.api.graphql.types.escalation_pages import (
    EscalationConnection,
    EscalationPolicyConnection,
    SlaClockConnection,
)
from incident_hub.api.graphql.types.hub import Health, IncidentStats, MttxMetrics, Plugin
from incident_hub.api.graphql.types.incident import Incident, IncidentGroup, RelatedIncident
from incident_hub.api.graphql.types.llm import Llm
from incident_hub.api.graphql.types.pages import (
    AlertConnection,
    GroupConnection,
    IncidentConnection,
    TimelineConnection,
)
from incident_hub.api.graphql.types.people import Service, Team, User
from incident_hub.api.graphql.types.people_pages import (
    ScheduleConnection,
    ServiceConnection,
    TeamConnection,
    UserConnection,
)
from incident_hub.api.graphql.types.rules import RouteTest, Rule, RuleConnection
from incident_hub.api.graphql.types.schedules import (
    CalendarFeed,
    OnCall,
    PagePreview,
    Schedule,
    ScheduleShifts,
)
from incident_hub.api.graphql.types.silences import SilenceConnection
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
    deliveries: DeliveryConnection = resolved(
        outgoing.deliveries, DeliveryConnection, description=outgoing.deliveries.__doc__
    )
    refused_targets: list[RefusedTarget] = resolved(
        outgoing.refused_targets, list[RefusedTarget], description=outgoing.refused_targets.__doc__
    )
    plugins: list[Plugin] = resolved(hub.plugins, list[Plugin])
    escalation_policy: EscalationPolicy | None = resolved(escalating.policy, EscalationPolicy | None)
    escalation_policies: EscalationPolicyConnection = resolved(
        escalating.policies, EscalationPolicyConnection
    )
    escalation: Escalation | None = resolved(escalating.run, Escalation | None)
    escalations: EscalationConnection = resolved(pages.escalations, EscalationConnection)
    auditor: AuditorReport = resolved(escalating.auditor, AuditorReport)
    sla_clocks: SlaClockConnection = resolved(pages.sla_clocks, SlaClockConnection)
    simulate: Simulation = resolved(
        simulate,
        Simulation,
        description="Replay stored alerts, 5000 at most, on a throw-away hub that touches nothing and calls nobody. "
        "`config` changes `deduplication`, `triage` and `plugins`; until is now by default. One at a time.",
    )
    user: User | None = resolved(people.user, User | None)
    users: UserConnection = resolved(people.users, UserConnection)
    team: Team | None = resolved(people.team, Team | None)
    teams: TeamConnection = resolved(people.teams, TeamConnection)
    service: Service | None = resolved(people.service, Service | None)
    services: ServiceConnection = resolved(people.services, ServiceConnection)
    schedule: Schedule | None = resolved(people.schedule, Schedule | None)
    schedules: ScheduleConnection = resolved(people.schedules, ScheduleConnection)
    on_call: OnCall = resolved(oncall.on_call, OnCall, description=oncall.on_call.__doc__)
    schedule_shifts: ScheduleShifts | None = resolved(
        oncall.schedule_shifts, ScheduleShifts | None, description=oncall.schedule_shifts.__doc__
    )
    calendar_feeds: list[CalendarFeed] = resolved(
        oncall.calendar_feeds, list[CalendarFeed], description=oncall.calendar_feeds.__doc__
    )
    directories: list[str] = resolved(oncall.directories, list[str], description=oncall.directories.__doc__)
    page_preview: PagePreview = resolved(
        oncall.page_preview, PagePreview, description=oncall.page_preview.__doc__
    )
    silences: SilenceConnection = resolved(silencing.silences, SilenceConnection)
    rule: Rule | None = resolved(ruling.rule, Rule | None)
    rules: RuleConnection = resolved(ruling.rules, RuleConnection)
    route_test: RouteTest = resolved(ruling.route_test, RouteTest, description=ruling.route_test.__doc__)
    llm: Llm = resolved(llm.root, Llm)
    health: Health = resolved(hub.health, Health)
    version: str = resolved(hub.version, str)
