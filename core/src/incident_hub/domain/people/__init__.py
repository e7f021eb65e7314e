"""People as records: users, teams, services and schedules, as they are written down, checked whole."""

from incident_hub.domain.people.records import (
    WEEKDAYS,
    Contact,
    Kind,
    QuietHours,
    Record,
    Service,
    Team,
    User,
    Window,
    record_class,
)
from incident_hub.domain.people.rota import LayerDraft, RotationDraft, ScheduleDraft

__all__ = [
    "WEEKDAYS",
    "Contact",
    "Kind",
    "LayerDraft",
    "QuietHours",
    "Record",
    "RotationDraft",
    "ScheduleDraft",
    "Service",
    "Team",
    "User",
    "Window",
    "record_class",
]
