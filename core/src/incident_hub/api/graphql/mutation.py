"""The root of what can be done."""

from collections.abc import Callable
from typing import Any

import strawberry

from incident_hub.api.graphql.fields import resolved
from incident_hub.api.graphql.resolvers import (
    actions,
    circuits,
    commands,
    deliveries,
    escalation_changes,
    groups,
    llm,
    reload,
    sla_changes,
    submit,
)
from incident_hub.api.graphql.resolvers import people_commands as people
from incident_hub.api.graphql.resolvers import rules as ruling
from incident_hub.api.graphql.resolvers import silences as silencing
from incident_hub.api.graphql.types.deliveries import AllowTargetResult, ReplayResult
from incident_hub.api.graphql.types.escalation_changes import (
    EscalationPolicyDeletion,
    EscalationPolicyResult,
    EscalationResult,
)
from incident_hub.api.graphql.types.llm import LlmMutation
from incident_hub.api.graphql.types.payloads import CircuitResult, IncidentResult, SubmitResult
from incident_hub.api.graphql.types.people_payloads import (
    CalendarFeedResult,
    DeletedResult,
    ImportResult,
    NewCalendarFeedResult,
    OverrideResult,
    ScheduleResult,
    ServiceResult,
    TeamResult,
    UserResult,
)
from incident_hub.api.graphql.types.reload import ReloadResult
from incident_hub.api.graphql.types.rules import RuleDeletion, RuleResult
from incident_hub.api.graphql.types.silences import SilenceResult

__all__ = ["Mutation"]


def _does(resolver: Callable[..., object]) -> Any:  # noqa: ANN401 - stands for a field
    return resolved(resolver, IncidentResult, description=resolver.__doc__)


def _escalates(resolver: Callable[..., object]) -> Any:  # noqa: ANN401 - stands for a field
    return resolved(resolver, EscalationResult, description=resolver.__doc__)


def _takes(resolver: Callable[..., object]) -> Any:  # noqa: ANN401 - stands for a field
    return resolved(resolver, SubmitResult, description=resolver.__doc__)


def _of(resolver: Callable[..., object], kind: Any) -> Any:  # noqa: ANN401 - stands for a field
    return resolved(resolver, kind, description=resolver.__doc__)


@strawberry.type(description="What can be done. A refusal is a member of the answer's union, not an error.")
class Mutation:
    """Every change is durable when its answer leaves."""

    submit_alert: SubmitResult = _takes(submit.submit_alert)
    submit_alerts: SubmitResult = _takes(submit.submit_alerts)
    create_incident: IncidentResult = _does(commands.create)
    update_incident: IncidentResult = _does(commands.update)
    acknowledge_incident: IncidentResult = _does(commands.acknowledge)
    assign_incident: IncidentResult = _does(commands.assign)
    add_comment: IncidentResult = _does(commands.comment)
    resolve_incident: IncidentResult = _does(commands.resolve)
    close_incident: IncidentResult = _does(commands.close)
    reopen_incident: IncidentResult = _does(commands.reopen)
    escalate_incident: IncidentResult = _does(commands.escalate)
    give_feedback: IncidentResult = _does(commands.give_feedback)
    link_incidents: IncidentResult = _does(commands.link)
    unlink_incidents: IncidentResult = _does(commands.unlink)
    merge_incidents: IncidentResult = _does(commands.merge)
    unmerge_incident: IncidentResult = _does(commands.unmerge)
    separate_incident: IncidentResult = _does(groups.separate)
    merge_groups: IncidentResult = _does(groups.merge)
    save_escalation_policy: EscalationPolicyResult = resolved(
        escalation_changes.save_policy,
        EscalationPolicyResult,
        description=escalation_changes.save_policy.__doc__,
    )
    delete_escalation_policy: EscalationPolicyDeletion = resolved(
        escalation_changes.delete_policy,
        EscalationPolicyDeletion,
        description=escalation_changes.delete_policy.__doc__,
    )
    start_escalation: EscalationResult = _escalates(escalation_changes.start)
    pause_escalation: EscalationResult = _escalates(escalation_changes.pause)
    resume_escalation: EscalationResult = _escalates(escalation_changes.resume)
    escalate_to_next_level: EscalationResult = _escalates(escalation_changes.next_level)
    stop_escalation: EscalationResult = _escalates(escalation_changes.stop)
    pause_sla: IncidentResult = _does(sla_changes.pause)
    resume_sla: IncidentResult = _does(sla_changes.resume)
    run_action: IncidentResult = _does(actions.run_action)
    save_user: UserResult = _of(people.save_user, UserResult)
    delete_user: DeletedResult = _of(people.delete_user, DeletedResult)
    save_contact_method: UserResult = _of(people.save_contact_method, UserResult)
    delete_contact_method: UserResult = _of(people.delete_contact_method, UserResult)
    save_team: TeamResult = _of(people.save_team, TeamResult)
    delete_team: DeletedResult = _of(people.delete_team, DeletedResult)
    save_service: ServiceResult = _of(people.save_service, ServiceResult)
    delete_service: DeletedResult = _of(people.delete_service, DeletedResult)
    save_schedule: ScheduleResult = _of(people.save_schedule, ScheduleResult)
    delete_schedule: DeletedResult = _of(people.delete_schedule, DeletedResult)
    add_override: OverrideResult = _of(people.add_override, OverrideResult)
    end_override: OverrideResult = _of(people.end_override, OverrideResult)
    import_calendar: ImportResult = _of(people.import_calendar, ImportResult)
    create_calendar_feed: NewCalendarFeedResult = _of(people.create_calendar_feed, NewCalendarFeedResult)
    close_calendar_feed: CalendarFeedResult = _of(people.close_calendar_feed, CalendarFeedResult)
    save_silence: SilenceResult = _of(silencing.save_silence, SilenceResult)
    expire_silence: SilenceResult = _of(silencing.expire_silence, SilenceResult)
    save_route: RuleResult = _of(ruling.save_route, RuleResult)
    save_maintenance_window: RuleResult = _of(ruling.save_maintenance_window, RuleResult)
    save_inhibition: RuleResult = _of(ruling.save_inhibition, RuleResult)
    delete_rule: RuleDeletion = _of(ruling.delete_rule, RuleDeletion)
    replay_deliveries: ReplayResult = resolved(
        deliveries.replay_deliveries, ReplayResult, description=deliveries.replay_deliveries.__doc__
    )
    allow_target: AllowTargetResult = resolved(
        deliveries.allow_target, AllowTargetResult, description=deliveries.allow_target.__doc__
    )
    reset_circuit: CircuitResult = resolved(
        circuits.reset_circuit, CircuitResult, description=circuits.reset_circuit.__doc__
    )
    reload_plugins: ReloadResult = resolved(
        reload.reload_plugins, ReloadResult, description=reload.reload_plugins.__doc__
    )
    llm: LlmMutation = resolved(llm.root, LlmMutation)
