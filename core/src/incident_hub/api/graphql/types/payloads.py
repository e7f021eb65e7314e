"""What mutations answer: the thing done, or one typed refusal."""

from typing import Annotated

import strawberry

from incident_hub.api.graphql.types.hub import Circuit
from incident_hub.api.graphql.types.incident import Incident

__all__ = [
    "AlertAck",
    "CircuitPayload",
    "CircuitResult",
    "IdempotencyConflict",
    "IncidentPayload",
    "IncidentResult",
    "InvalidTransition",
    "NotFound",
    "SubmitAlertsPayload",
    "SubmitResult",
    "UserError",
    "ValidationError",
    "VersionConflict",
]


@strawberry.interface(description="A refusal that a person can do something about; nothing was changed.")
class UserError:
    """`code` is for programs, `message` for people."""

    code: str
    message: str


@strawberry.type(description="The state machine does not allow the move; the message says which it would.")
class InvalidTransition(UserError):  # noqa: N818 - a schema's type, not an exception
    """Refused by the rules of the domain."""


@strawberry.type(description="There is no such thing, as an incident, a relation or a circuit.")
class NotFound(UserError):  # noqa: N818 - a schema's type, not an exception
    """Nothing by this id."""


@strawberry.type(description="Somebody changed the incident since it was read.")
class VersionConflict(UserError):  # noqa: N818 - a schema's type, not an exception
    """Read it again, look, decide anew."""

    expected: int
    actual: int


@strawberry.type(description="A field of the input cannot be accepted.")
class ValidationError(UserError):
    """Names the field."""

    field: str


@strawberry.type(description="The idempotency key was used before, for another request.")
class IdempotencyConflict(UserError):  # noqa: N818 - a schema's type, not an exception
    """Take a new key."""


@strawberry.type(description="The incident as it stands after the change.")
class IncidentPayload:
    """Success."""

    incident: Incident


@strawberry.type(description="What became of one alert: accepted, duplicate, resolved or ignored.")
class AlertAck:
    """Durable when the client reads it."""

    index: int
    alert_id: strawberry.ID
    incident_id: strawberry.ID | None
    status: str


@strawberry.type(description="What became of the alerts, in their order.")
class SubmitAlertsPayload:
    """Success."""

    acks: list[AlertAck]


IncidentResult = Annotated[
    IncidentPayload | InvalidTransition | NotFound | VersionConflict | ValidationError | IdempotencyConflict,
    strawberry.union("IncidentResult", description="The changed incident, or why it was not changed."),
]


@strawberry.type(description="The circuit after it was closed.")
class CircuitPayload:
    """Success."""

    circuit: Circuit


CircuitResult = Annotated[
    CircuitPayload | NotFound,
    strawberry.union("CircuitResult", description="The closed circuit, or that there is none of this name."),
]
SubmitResult = Annotated[
    SubmitAlertsPayload | ValidationError | IdempotencyConflict,
    strawberry.union("SubmitResult", description="What became of the alerts, or why none was taken."),
]
