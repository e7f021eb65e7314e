"""The guarded state machine of an incident."""

from incident_hub_hookspecs import IncidentState

__all__ = ["TRANSITIONS", "InvalidTransitionError", "check_transition", "reopens"]

_S = IncidentState
TRANSITIONS: dict[IncidentState, frozenset[IncidentState]] = {
    _S.DETECTED: frozenset({_S.TRIAGED, _S.INVESTIGATING, _S.RESOLVED}),
    _S.TRIAGED: frozenset({_S.INVESTIGATING, _S.REMEDIATING, _S.RESOLVED}),
    _S.INVESTIGATING: frozenset({_S.REMEDIATING, _S.RESOLVED, _S.TRIAGED}),
    _S.REMEDIATING: frozenset({_S.INVESTIGATING, _S.RESOLVED}),
    _S.RESOLVED: frozenset({_S.CLOSED, _S.INVESTIGATING}),
    _S.CLOSED: frozenset({_S.INVESTIGATING}),
}


class InvalidTransitionError(Exception):
    """A move that the state machine refuses; says which moves it would allow."""

    def __init__(self, old: IncidentState, new: IncidentState, why: str = "") -> None:
        allowed = ", ".join(sorted(TRANSITIONS[old]))
        super().__init__(
            why or f"an incident cannot go from {old} to {new}; from {old} it can go to: {allowed}"
        )
        self.old = old
        self.new = new


def reopens(old: IncidentState, new: IncidentState) -> bool:
    """Whether the move brings an ended incident back."""
    return not old.active and new is IncidentState.INVESTIGATING


def check_transition(old: IncidentState, new: IncidentState, reason: str = "") -> None:
    """Raise `InvalidTransitionError` unless the move is allowed; bringing one back needs a reason."""
    if new not in TRANSITIONS[old]:
        raise InvalidTransitionError(old, new)
    if reopens(old, new) and not reason.strip():
        raise InvalidTransitionError(old, new, f"reopening an incident that is {old} needs a reason")
