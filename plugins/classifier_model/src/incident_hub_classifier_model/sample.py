"""A lesson: an example with the severity that somebody says was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from incident_hub_hookspecs import Feedback, FeedbackKind, Severity

from incident_hub_classifier_model.example import Example

__all__ = ["PROJECT", "Sample", "fingerprint_of", "severity_of"]

PROJECT = ""  # the actor of the examples that ship with the model


@dataclass(frozen=True, slots=True)
class Sample:
    """`number` rises with each lesson that was stored; `incident_id` is empty for those that ship."""

    example: Example
    severity: str
    actor: str = PROJECT
    incident_id: str = ""
    number: int = 0


def severity_of(feedback: Feedback) -> str | None:
    """What was right: the severity that was named, the lowest for a false alarm, None for neither."""
    if feedback.severity is not None:
        return feedback.severity.value
    return Severity.P4.value if feedback.kind is FeedbackKind.FALSE_ALARM else None


def fingerprint_of(samples: Sequence[Sample]) -> str:
    """A hash of what a model was trained on, the order included."""
    told = sha256()
    for one in samples:
        told.update(repr((one.incident_id, one.actor, one.severity, one.example)).encode())
    return told.hexdigest()
