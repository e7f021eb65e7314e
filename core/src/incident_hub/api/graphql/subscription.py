"""The root of what can be followed. `after` resumes behind a cursor: nothing missed, nothing twice."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.delivery_parts import said
from incident_hub.api.graphql.resolvers.updates import Narrow, Update, follow, with_incident
from incident_hub.api.graphql.types.deliveries import NotificationUpdate
from incident_hub.api.graphql.types.enums import EventType, IncidentState
from incident_hub.api.graphql.types.inputs import IncidentFilterInput, to_filter
from incident_hub.api.graphql.types.updates import (
    AlertUpdate,
    EscalationUpdate,
    IncidentUpdate,
    SlaUpdate,
    StateChange,
    TimelineUpdate,
)
from incident_hub.domain import events

__all__ = ["Subscription"]

_T = events.EventType
_CREATED = frozenset({_T.CREATED.value})
_ALERTS = frozenset({_T.CREATED.value, _T.ALERT_RECEIVED.value})
_NOTIFIED = frozenset({_T.NOTIFICATION_SENT.value, _T.NOTIFICATION_FAILED.value})
_STATES = frozenset({_T.STATE_CHANGED.value})
_ESCALATIONS = frozenset(
    {_T.ESCALATION_STARTED.value, _T.ESCALATION_STEPPED.value, _T.ESCALATION_EXHAUSTED.value}
)
_BREACHES = frozenset({_T.SLA_AT_RISK.value, _T.SLA_BREACHED.value})


async def _created(
    info: Info,
    filter: IncidentFilterInput | None = None,  # noqa: A002 - the schema's word
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    stream = follow(info, Narrow(_CREATED), after)
    async for update in with_incident(info, stream, to_filter(filter)):
        yield update


async def _updated(
    info: Info,
    id: strawberry.ID | None = None,  # noqa: A002
    filter: IncidentFilterInput | None = None,  # noqa: A002 - the schema's word
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    stream = follow(info, Narrow(ids=None if id is None else frozenset({id})), after)
    async for update in with_incident(info, stream, to_filter(filter)):
        yield update


async def _state_changed(
    info: Info,
    ids: list[strawberry.ID] | None = None,
    states: list[IncidentState] | None = None,
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    wanted = {state.value for state in states or ()}
    async for event in follow(info, Narrow(_STATES, frozenset(ids) if ids else None), after):
        update = Update(event, await info.context.loaders.incident(str(event.incident_id)))
        if not wanted or update.new_state in wanted:
            yield update


async def _alert_received(
    info: Info,
    filter: IncidentFilterInput | None = None,  # noqa: A002 - the schema's word
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    stream = follow(info, Narrow(_ALERTS), after)
    async for update in with_incident(info, stream, to_filter(filter), alert=True):
        yield update


async def _escalation_triggered(
    info: Info,
    ids: list[strawberry.ID] | None = None,
    filter: IncidentFilterInput | None = None,  # noqa: A002
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    stream = follow(info, Narrow(_ESCALATIONS, frozenset(ids) if ids else None), after)
    async for update in with_incident(info, stream, to_filter(filter)):
        yield update


async def _sla_breached(
    info: Info,
    filter: IncidentFilterInput | None = None,  # noqa: A002
    at_risk: bool = False,
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    kinds = _BREACHES if at_risk else frozenset({_T.SLA_BREACHED.value})
    async for update in with_incident(info, follow(info, Narrow(kinds), after), to_filter(filter)):
        yield update


async def _timeline(
    info: Info,
    incident_id: strawberry.ID | None = None,
    types: list[EventType] | None = None,
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    kinds = frozenset(kind.value for kind in types) if types else None
    narrow = Narrow(kinds, None if incident_id is None else frozenset({incident_id}))
    async for event in follow(info, narrow, after):
        yield Update(event)


async def _notified(
    info: Info,
    incident_id: strawberry.ID | None = None,
    person: str | None = None,
    receiver: str | None = None,
    after: str | None = None,
) -> AsyncGenerator[Update, None]:
    wanted = {
        name: value for name, value in (("person", person), ("receiver", receiver)) if value is not None
    }
    ids = None if incident_id is None else frozenset({incident_id})
    async for event in follow(info, Narrow(_NOTIFIED, ids), after):
        update = Update(event, await info.context.loaders.incident(str(event.incident_id)))
        if all(said(update, name) == value for name, value in wanted.items()):
            yield update


def _followed(resolver: Callable[..., object], kind: Any, description: str) -> Any:  # noqa: ANN401 - any field
    stream: Any = AsyncGenerator
    return strawberry.subscription(
        resolver=resolver, graphql_type=stream[kind, None], description=description
    )


@strawberry.type(description="What can be followed. Every payload has a cursor; `after` resumes behind it.")
class Subscription:
    """Subscriptions that are alike run once and share their payloads."""

    incident_created: IncidentUpdate = _followed(_created, IncidentUpdate, "Incidents as they are opened.")
    incident_updated: IncidentUpdate = _followed(_updated, IncidentUpdate, "Every change of incidents.")
    incident_state_changed: StateChange = _followed(_state_changed, StateChange, "Moves between states.")
    alert_received: AlertUpdate = _followed(_alert_received, AlertUpdate, "Alerts as they come in.")
    escalation_triggered: EscalationUpdate = _followed(
        _escalation_triggered,
        EscalationUpdate,
        "Escalations that begin, levels that fire, and policies that had nothing more to offer.",
    )
    sla_breached: SlaUpdate = _followed(
        _sla_breached, SlaUpdate, "Deadlines that passed; with atRisk those too that soon will."
    )
    notification_sent: NotificationUpdate = _followed(
        _notified, NotificationUpdate, "Notifications as they arrive, are spared, or are given up."
    )
    timeline_event: TimelineUpdate = _followed(
        _timeline, TimelineUpdate, "Events of one incident, or of all."
    )
