"""How the hub says no to a person: a code for programs, a sentence for people."""

from incident_hub.domain.states import InvalidTransitionError

__all__ = [
    "IdempotencyConflictError",
    "IncidentNotFoundError",
    "InvalidInputError",
    "LifecycleError",
    "RecordNotFoundError",
    "RelationNotFoundError",
    "VersionConflictError",
    "error_code",
]


class LifecycleError(Exception):
    """The root of these refusals; nothing was changed."""

    code = "LIFECYCLE_ERROR"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class IncidentNotFoundError(LifecycleError):
    """There is no incident with this id."""

    code = "NOT_FOUND"

    def __init__(self, incident_id: str) -> None:
        super().__init__(f"there is no incident {incident_id}")
        self.incident_id = incident_id


class RecordNotFoundError(LifecycleError):
    """There is no such user, team, service, schedule or part of one."""

    code = "NOT_FOUND"


class RelationNotFoundError(LifecycleError):
    """The two incidents do not stand in this relation."""

    code = "NOT_FOUND"


class VersionConflictError(LifecycleError):
    """Somebody changed the incident, or whatever it is, since the caller read it."""

    code = "VERSION_CONFLICT"

    def __init__(self, expected: int, actual: int, what: str = "the incident") -> None:
        super().__init__(f"{what} is at version {actual}, the request expects {expected}; read it again")
        self.expected = expected
        self.actual = actual


class InvalidInputError(LifecycleError):
    """A field of the request cannot be accepted."""

    code = "VALIDATION_ERROR"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class IdempotencyConflictError(LifecycleError):
    """The idempotency key was used before, for another request."""

    code = "IDEMPOTENCY_CONFLICT"

    def __init__(self) -> None:
        super().__init__("this idempotency key was used before for another request")


def error_code(error: Exception) -> str | None:
    """The machine-readable code of a refusal, the state machine's included; None for anything else."""
    if isinstance(error, InvalidTransitionError):
        return "INVALID_STATE_TRANSITION"
    return error.code if isinstance(error, LifecycleError) else None
