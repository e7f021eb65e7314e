"""Changes to what an incident says, and to who works on it."""

from collections.abc import Sequence

from incident_hub_hookspecs import IncidentState, Severity

from incident_hub.domain.events import EventType
from incident_hub.domain.states import reopens
from incident_hub.lifecycle import progress
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.lifecycle.feedback import Lesson, teach
from incident_hub.lifecycle.inputs import clean_labels, clean_list, clean_text
from incident_hub.lifecycle.requests import IncidentChanges

__all__ = ["assign", "comment", "edit", "escalate"]


def edit(change: Change, changes: IncidentChanges) -> None:
    """Apply what differs; what is the same already leaves no trace."""
    fields: dict[str, object] = {}
    if changes.title is not None:
        fields["title"] = clean_text("title", changes.title, 500, required=True)
    if changes.description is not None:
        fields["description"] = clean_text("description", changes.description, 100_000)
    fields["labels"] = _labels(change, changes)
    fields = {name: value for name, value in fields.items() if value != change[name]}
    if fields:
        change.record(EventType.UPDATED, before={name: change[name] for name in fields}, after=fields)
        change.set(**fields)
    if changes.type is not None and changes.type.value != change["type"]:
        change.record(EventType.TYPE_CHANGED, before=change["type"], after=changes.type.value)
        change.set(type=changes.type.value)
        teach(change, Lesson(type=changes.type))
    if changes.state is not None and changes.state is not change.state:
        _go(change, changes.state, changes.reason)


def _labels(change: Change, changes: IncidentChanges) -> dict[str, str]:
    removed = set(changes.remove_labels)
    kept = {name: value for name, value in change["labels"].items() if name not in removed}
    return clean_labels("labels", kept | dict(changes.add_labels))


def _go(change: Change, new: IncidentState, reason: str) -> None:
    """A move that has a rule of its own goes by that rule."""
    if new is IncidentState.RESOLVED:
        progress.resolve(change, notes=reason)
    elif new is IncidentState.CLOSED:
        progress.close(change, reason)
    elif reopens(change.state, new):
        progress.reopen(change, reason)
    else:
        change.move(new, clean_text("reason", reason))


def assign(change: Change, assignees: Sequence[str]) -> None:
    """Say who works on it, in place of who did."""
    wanted = clean_list("assignees", assignees, 255)
    if wanted != change["assignees"]:
        change.record(EventType.ASSIGNMENT_CHANGED, before=change["assignees"], after=wanted)
        change.set(assignees=wanted)


def comment(change: Change, text: str) -> None:
    """Add a remark to the timeline."""
    change.record(EventType.COMMENT_ADDED, text=clean_text("text", text, required=True))


def escalate(change: Change, severity: Severity | None, reason: str) -> None:
    """Make it more urgent, by one step without a severity, which also raises the level; or less urgent."""
    reason = clean_text("reason", reason, required=True)
    old = Severity(change["severity"])
    change.require_active("escalated", change.state)
    severity = severity or _worse(old)
    if severity is old:
        raise InvalidInputError("severity", f"the incident is {old} already")
    change.set(severity=severity.value)
    change.record(EventType.SEVERITY_CHANGED, before=old.value, after=severity.value, reason=reason)
    teach(change, Lesson(severity=severity))
    if severity.worse_than(old):
        level = change["escalation_level"]
        change.set(escalation_level=level + 1)
        change.record(EventType.ESCALATED, before=level, after=level + 1, reason=reason)


def _worse(severity: Severity) -> Severity:
    """One step more urgent; P0 is the end."""
    return Severity(f"P{max(0, severity.rank - 1)}")
