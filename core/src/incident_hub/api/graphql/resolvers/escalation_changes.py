"""Mutations of escalation: each calls one method of a service."""

import re
from collections.abc import Awaitable
from typing import Any, cast

import strawberry
from incident_hub_hookspecs import ConfigError

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import REFUSALS, refusal
from incident_hub.api.graphql.types import escalation_changes as given
from incident_hub.api.graphql.types.payloads import UserError
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.response.escalation.document import policy_from
from incident_hub.storage.escalations import RunRow

__all__ = ["delete_policy", "next_level", "pause", "resume", "save_policy", "start", "stop"]

_WORD = re.compile(r"_([a-z])")


async def save_policy(
    info: Info,
    input: given.SaveEscalationPolicyInput,  # noqa: A002 - as everywhere in GraphQL
) -> given.EscalationPolicyPayload | UserError:
    """Write an escalation policy whole."""
    data = strawberry.asdict(input)
    terms: dict[str, Any] = {name: data.pop(name) for name in ("expected_version", "idempotency_key")}
    context = info.context
    try:
        policy = policy_from(data)
        row = await context.services.escalation_policies.save(policy, context.viewer.actor, **terms)
    except ConfigError as error:
        return refusal(InvalidInputError(_camel(error.path), error.message))
    except REFUSALS as error:
        return refusal(error)
    return given.EscalationPolicyPayload(policy=cast("Any", row))


async def delete_policy(
    info: Info,
    input: given.DeleteEscalationPolicyInput,  # noqa: A002
) -> given.EscalationPolicyDeleted | UserError:
    """Delete an escalation policy."""
    terms: dict[str, Any] = {
        "expected_version": input.expected_version, "idempotency_key": input.idempotency_key,
    }  # fmt: skip
    context = info.context
    try:
        key = await context.services.escalation_policies.delete(input.id, context.viewer.actor, **terms)
    except REFUSALS as error:
        return refusal(error)
    return given.EscalationPolicyDeleted(id=strawberry.ID(key))


Result = given.EscalationPayload | UserError


async def start(info: Info, input: given.StartEscalationInput) -> Result:  # noqa: A002
    """Take an incident through a policy, from its beginning."""
    do, actor = info.context.services.escalations, info.context.viewer.actor
    return await _changed(
        do.start(input.incident_id, input.policy_id, actor, reason=input.reason, key=input.idempotency_key)
    )


async def pause(info: Info, input: given.PauseEscalationInput) -> Result:  # noqa: A002
    """Page nobody about an incident for some time."""
    do, actor = info.context.services.escalations, info.context.viewer.actor
    return await _changed(
        do.pause(input.incident_id, input.seconds, actor, reason=input.reason, key=input.idempotency_key)
    )


async def resume(info: Info, input: given.EscalationInput) -> Result:  # noqa: A002
    """Go on after a pause, with what was left of the wait."""
    do, actor = info.context.services.escalations, info.context.viewer.actor
    return await _changed(do.resume(input.incident_id, actor, key=input.idempotency_key))


async def next_level(info: Info, input: given.EscalationInput) -> Result:  # noqa: A002
    """Page the next level now; whoever had acknowledged the incident has it no more."""
    do, actor = info.context.services.escalations, info.context.viewer.actor
    return await _changed(
        do.next_level(input.incident_id, actor, reason=input.reason, key=input.idempotency_key)
    )


async def stop(info: Info, input: given.StopEscalationInput) -> Result:  # noqa: A002
    """End the escalation of an open incident."""
    do, actor = info.context.services.escalations, info.context.viewer.actor
    return await _changed(do.stop(input.incident_id, actor, reason=input.reason, key=input.idempotency_key))


async def _changed(change: Awaitable[RunRow]) -> Result:
    try:
        row = await change
    except REFUSALS as error:
        return refusal(error)
    return given.EscalationPayload(escalation=cast("Any", row))


def _camel(path: str) -> str:
    """The path as the schema spells it."""
    return _WORD.sub(lambda found: found[1].upper(), path)
