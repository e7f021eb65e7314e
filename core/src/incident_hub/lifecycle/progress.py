"""An incident's way to its end, and back: acknowledge, resolve, close, reopen."""

from incident_hub_hookspecs import IncidentState, ResolutionMethod

from incident_hub.domain.events import EventType
from incident_hub.domain.states import InvalidTransitionError
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.feedback import Lesson, teach
from incident_hub.lifecycle.inputs import clean_text

__all__ = ["acknowledge", "close", "reopen", "resolve"]

_WAITING = (IncidentState.DETECTED, IncidentState.TRIAGED)
_ENDING = ("resolved_at", "closed_at", "resolved_by", "resolution_method", "resolution_notes", "root_cause")


def acknowledge(change: Change, note: str = "") -> None:
    """Somebody has taken it on. The first one counts; a second acknowledgement changes nothing."""
    note = clean_text("note", note)
    if change["acknowledged_by"] is not None:
        return
    change.require_active("acknowledged", IncidentState.INVESTIGATING)
    if change.state in _WAITING:
        change.move(IncidentState.INVESTIGATING)
    change.set(acknowledged_by=change.actor, acknowledged_at=change.at)
    change.record(EventType.ACKNOWLEDGED, before=None, after=change.actor, note=note)


def resolve(
    change: Change,
    method: ResolutionMethod = ResolutionMethod.MANUAL,
    notes: str = "",
    root_cause: str = "",
    *,
    false_alarm: bool = False,
) -> None:
    """The trouble is over, or never was. It keeps its fingerprint, so that a relapse can bring it back."""
    notes, root_cause = clean_text("notes", notes), clean_text("root_cause", root_cause)
    old = change.state
    change.move(IncidentState.RESOLVED, method=method.value)
    change.set(
        resolved_at=change.at,
        resolved_by=change.actor,
        resolution_method=method.value,
        resolution_notes=notes,
        root_cause=root_cause,
        expires_at=None,
    )
    data = {"method": method.value, "notes": notes, "root_cause": root_cause, "false_alarm": false_alarm}
    change.record(EventType.RESOLVED, before=old.value, after=change["state"], **data)
    if false_alarm:
        teach(change, Lesson(false_alarm=True))


def close(change: Change, reason: str = "") -> None:
    """Nothing is left to do about it."""
    reason = clean_text("reason", reason)
    old = change.state
    change.move(IncidentState.CLOSED, reason)
    change.set(closed_at=change.at)
    change.record(EventType.CLOSED, before=old.value, after=change["state"], reason=reason)


def reopen(change: Change, reason: str) -> None:
    """It is not over. How it had ended goes into the event; it waits to be acknowledged again."""
    reason = clean_text("reason", reason)
    old = change.state
    if old.active:
        raise InvalidTransitionError(old, IncidentState.INVESTIGATING, f"an incident that is {old} is open")
    if change["merged_into"] is not None:
        why = f"it is merged into {change['merged_into']}; unmerge it first"
        raise InvalidTransitionError(old, IncidentState.INVESTIGATING, why)
    change.move(IncidentState.INVESTIGATING, reason)
    ended = {name: change[name] for name in _ENDING if change[name] is not None}
    cleared: dict[str, object] = dict.fromkeys((*_ENDING, "acknowledged_by", "acknowledged_at"))
    change.set(**cleared, reopened=change["reopened"] + 1)
    change.record(EventType.REOPENED, before=old.value, after=change["state"], reason=reason, ended=ended)
