"""What people show to be right: kept as samples, and handed to classifiers that learn."""

from dataclasses import dataclass

from incident_hub_hookspecs import FeedbackKind, IncidentType, Severity

from incident_hub.domain.events import EventType
from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.storage.tables import feedback
from incident_hub.work.queue import enqueue

__all__ = ["Lesson", "give", "teach"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What somebody says of an incident; None leaves a field open."""

    severity: Severity | None = None
    type: IncidentType | None = None
    false_alarm: bool = False

    @property
    def kind(self) -> FeedbackKind:
        """A false alarm says more than the severity it should have had."""
        return FeedbackKind.FALSE_ALARM if self.false_alarm else FeedbackKind.CORRECTION


def give(change: Change, lesson: Lesson) -> None:
    """Say what would have been right, without changing the incident; ended ones too."""
    if lesson == Lesson():
        raise InvalidInputError("input", "says nothing: give a severity, a type or a false alarm")
    said = {"severity": lesson.severity, "type": lesson.type, "false_alarm": lesson.false_alarm}
    change.record(EventType.FEEDBACK_GIVEN, **said)
    teach(change, lesson)


def teach(change: Change, lesson: Lesson) -> None:
    """Keep the lesson, and the intent to learn it, in the transaction of the change."""
    key = new_id(change.at)
    row = {
        "id": key,
        "incident_id": change.id,
        "kind": lesson.kind.value,
        "severity": lesson.severity,
        "type": lesson.type,
        "actor": change.actor,
        "at": change.at,
    }
    change.connection.execute(feedback.insert().values(row))
    job = NewJob("learn", {"feedback": key}, f"learn:{key}", change.id, priority=Priority.BULK)
    enqueue(change.connection, [job], change.at)
