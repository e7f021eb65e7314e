"""What people do to incidents: guarded, versioned, written to the timeline."""

from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.commands import Lifecycle
from incident_hub.lifecycle.errors import (
    IdempotencyConflictError,
    IncidentNotFoundError,
    InvalidInputError,
    LifecycleError,
    RelationNotFoundError,
    VersionConflictError,
    error_code,
)
from incident_hub.lifecycle.feedback import Lesson
from incident_hub.lifecycle.requests import IncidentChanges, IncidentDraft

__all__ = [
    "Change",
    "IdempotencyConflictError",
    "IncidentChanges",
    "IncidentDraft",
    "IncidentNotFoundError",
    "InvalidInputError",
    "Lesson",
    "Lifecycle",
    "LifecycleError",
    "RelationNotFoundError",
    "VersionConflictError",
    "error_code",
]
