"""Mutations of incidents: each calls one method of the lifecycle."""

from collections.abc import Mapping
from typing import Any

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import REFUSALS, changed, refusal
from incident_hub.api.graphql.resolvers.submit import identity_of, labels_of
from incident_hub.api.graphql.types import commands as given
from incident_hub.api.graphql.types.payloads import IncidentPayload, UserError
from incident_hub.lifecycle.feedback import Lesson
from incident_hub.lifecycle.requests import IncidentChanges, IncidentDraft

__all__ = [
    "acknowledge",
    "assign",
    "close",
    "comment",
    "create",
    "escalate",
    "give_feedback",
    "link",
    "merge",
    "reopen",
    "resolve",
    "unlink",
    "unmerge",
    "update",
]

Result = IncidentPayload | UserError


def _terms(asked: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any of the inputs
    return {"expected_version": asked.expected_version, "idempotency_key": asked.idempotency_key}


async def create(info: Info, input: given.CreateIncidentInput) -> Result:  # noqa: A002 - as everywhere in GraphQL
    """Open an incident."""
    try:
        draft = IncidentDraft(
            title=input.title,
            source=input.source,
            description=input.description,
            severity=input.severity,
            type=input.type,
            resources=tuple(input.resources or ()),
            labels=labels_of(input.labels, "labels"),
            llm=identity_of(input.llm, "llm"),
        )
    except REFUSALS as error:
        return refusal(error)
    context = info.context
    key = input.idempotency_key
    return await changed(context.services.lifecycle.create(draft, context.viewer.actor, idempotency_key=key))


async def update(info: Info, input: given.UpdateIncidentInput) -> Result:  # noqa: A002
    """Edit an incident."""
    try:
        changes = IncidentChanges(
            title=input.title,
            description=input.description,
            type=input.type,
            state=input.state,
            reason=input.reason,
            add_labels=labels_of(input.add_labels, "addLabels"),
            remove_labels=tuple(input.remove_labels or ()),
        )
    except REFUSALS as error:
        return refusal(error)
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.update(input.id, changes, actor, **_terms(input)))


async def acknowledge(info: Info, input: given.AcknowledgeIncidentInput) -> Result:  # noqa: A002
    """Take an incident on."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.acknowledge(input.id, actor, note=input.note, **_terms(input)))


async def assign(info: Info, input: given.AssignIncidentInput) -> Result:  # noqa: A002
    """Say who works on it."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.assign(input.id, input.assignees, actor, **_terms(input)))


async def comment(info: Info, input: given.AddCommentInput) -> Result:  # noqa: A002
    """Add a remark."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.comment(input.id, input.text, actor, **_terms(input)))


async def resolve(info: Info, input: given.ResolveIncidentInput) -> Result:  # noqa: A002
    """Say that the trouble is over."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    how: dict[str, Any] = {"method": input.method, "notes": input.notes, "root_cause": input.root_cause}
    how["false_alarm"] = input.false_alarm
    return await changed(lifecycle.resolve(input.id, actor, **how, **_terms(input)))


async def close(info: Info, input: given.CloseIncidentInput) -> Result:  # noqa: A002
    """Say that nothing is left to do."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.close(input.id, actor, reason=input.reason, **_terms(input)))


async def reopen(info: Info, input: given.ReopenIncidentInput) -> Result:  # noqa: A002
    """Bring an ended one back."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.reopen(input.id, input.reason, actor, **_terms(input)))


async def escalate(info: Info, input: given.EscalateIncidentInput) -> Result:  # noqa: A002
    """Change how urgent it is."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.escalate(input.id, input.severity, input.reason, actor, **_terms(input)))


async def give_feedback(info: Info, input: given.GiveFeedbackInput) -> Result:  # noqa: A002
    """Say what would have been right, for classifiers that learn."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    lesson = Lesson(input.severity, input.type, input.false_alarm)
    return await changed(lifecycle.give_feedback(input.id, lesson, actor, **_terms(input)))


async def link(info: Info, input: given.LinkIncidentsInput) -> Result:  # noqa: A002
    """Relate it to another incident."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    terms = {"reason": input.reason, **_terms(input)}
    return await changed(lifecycle.link(input.id, input.type, input.other_id, actor, **terms))


async def unlink(info: Info, input: given.LinkIncidentsInput) -> Result:  # noqa: A002
    """Take a relation back."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    terms = {"reason": input.reason, **_terms(input)}
    return await changed(lifecycle.unlink(input.id, input.type, input.other_id, actor, **terms))


async def merge(info: Info, input: given.MergeIncidentsInput) -> Result:  # noqa: A002
    """Fold one into another."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    terms = {"reason": input.reason, **_terms(input)}
    return await changed(lifecycle.merge(input.source_id, input.target_id, actor, **terms))


async def unmerge(info: Info, input: given.UnmergeIncidentInput) -> Result:  # noqa: A002
    """Bring a merged one back."""
    lifecycle, actor = info.context.services.lifecycle, info.context.viewer.actor
    return await changed(lifecycle.unmerge(input.id, actor, reason=input.reason, **_terms(input)))
