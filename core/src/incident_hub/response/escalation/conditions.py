"""Asking the conditions of policies and levels. What cannot be told counts as holding: a page too many is better."""

from collections.abc import Iterable, Mapping

from incident_hub.domain.conditions import ConditionContext, compile_condition
from incident_hub.response.facts import condition_contexts
from incident_hub.triage.services import Services

__all__ = ["Contexts", "contexts_of", "holds"]

Contexts = Mapping[str, ConditionContext]


async def contexts_of(asked: Iterable[tuple[str, str]], services: Services) -> Contexts:
    """The contexts of those incidents of the pairs (incident, condition) about which anything is asked."""
    ids = sorted({key for key, condition in asked if condition})
    return await condition_contexts(services, ids) if ids else {}


def holds(condition: str, incident_id: str, contexts: Contexts) -> bool:
    """Whether the condition holds for the incident; an empty one always does."""
    if not condition or incident_id not in contexts:
        return True
    outcome = compile_condition(condition).ask(contexts[incident_id])
    return outcome.holds or bool(outcome.error)
