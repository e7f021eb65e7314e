"""Mutations of SLA clocks."""

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import changed
from incident_hub.api.graphql.types.payloads import IncidentPayload, UserError
from incident_hub.api.graphql.types.sla import PauseSlaInput, ResumeSlaInput

__all__ = ["pause", "resume"]


async def pause(info: Info, input: PauseSlaInput) -> IncidentPayload | UserError:  # noqa: A002
    """Let an incident's SLA clocks stand."""
    do, actor = info.context.services.sla, info.context.viewer.actor
    return await changed(do.pause(input.incident_id, input.reason, actor, key=input.idempotency_key))


async def resume(info: Info, input: ResumeSlaInput) -> IncidentPayload | UserError:  # noqa: A002
    """Let an incident's SLA clocks run again."""
    do, actor = info.context.services.sla, info.context.viewer.actor
    return await changed(do.resume(input.incident_id, actor, key=input.idempotency_key))
