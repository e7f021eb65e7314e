"""Mutations of groups."""

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import changed
from incident_hub.api.graphql.types.commands import MergeGroupsInput, SeparateIncidentInput
from incident_hub.api.graphql.types.payloads import IncidentPayload, UserError

__all__ = ["merge", "separate"]


async def separate(info: Info, input: SeparateIncidentInput) -> IncidentPayload | UserError:  # noqa: A002
    """Take an incident out of its group, for good."""
    asked = info.context.services.grouping.separate(
        input.id,
        info.context.viewer.actor,
        reason=input.reason,
        expected_version=input.expected_version,
        idempotency_key=input.idempotency_key,
    )
    return await changed(asked)


async def merge(info: Info, input: MergeGroupsInput) -> IncidentPayload | UserError:  # noqa: A002
    """Fold one group into another; the answer is the primary incident of what came of it."""
    asked = info.context.services.grouping.merge(
        input.source_id,
        input.target_id,
        info.context.viewer.actor,
        reason=input.reason,
        idempotency_key=input.idempotency_key,
    )
    return await changed(asked)
