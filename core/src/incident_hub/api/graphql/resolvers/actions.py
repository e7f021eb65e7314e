"""Asking for playbook actions."""

from typing import Any, cast

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import changed, refusal
from incident_hub.api.graphql.types.commands import RunActionInput
from incident_hub.api.graphql.types.payloads import IncidentPayload, UserError
from incident_hub.lifecycle.errors import InvalidInputError

__all__ = ["run_action"]


async def run_action(info: Info, input: RunActionInput) -> IncidentPayload | UserError:  # noqa: A002
    """Have a worker run a plugin's action; the timeline tells what came of it."""
    params = cast("Any", input.params) or {}
    if not isinstance(params, dict):
        return refusal(InvalidInputError("params", "is not a JSON object"))
    context = info.context
    asked = context.services.actions.run(
        input.id,
        input.action,
        params,
        context.viewer.actor,
        dry_run=input.dry_run,
        idempotency_key=input.idempotency_key,
    )
    return await changed(asked)
