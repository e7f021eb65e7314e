"""From the hub's refusals to the members of a payload union."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from sqlalchemy import RowMapping

from incident_hub.api.graphql.types.payloads import (
    IdempotencyConflict,
    IncidentPayload,
    InvalidTransition,
    NotFound,
    UserError,
    ValidationError,
    VersionConflict,
)
from incident_hub.domain.states import InvalidTransitionError
from incident_hub.intake.deliveries import DeliveryConflictError
from incident_hub.lifecycle.errors import (
    IdempotencyConflictError,
    IncidentNotFoundError,
    InvalidInputError,
    LifecycleError,
    RecordNotFoundError,
    RelationNotFoundError,
    VersionConflictError,
    error_code,
)
from incident_hub.storage.reading.rows import IncidentRow, columns_of

__all__ = ["REFUSALS", "changed", "refusal"]

REFUSALS = (LifecycleError, InvalidTransitionError, DeliveryConflictError)
_MAKERS: tuple[tuple[tuple[type[Exception], ...], Callable[[Any, str, str], UserError]], ...] = (
    ((InvalidTransitionError,), lambda _, code, text: InvalidTransition(code=code, message=text)),
    (
        (IncidentNotFoundError, RelationNotFoundError, RecordNotFoundError),
        lambda _, code, text: NotFound(code=code, message=text),
    ),
    (
        (VersionConflictError,),
        lambda e, code, text: VersionConflict(code=code, message=text, expected=e.expected, actual=e.actual),
    ),
    ((InvalidInputError,), lambda e, code, text: ValidationError(code=code, message=text, field=e.field)),
    (
        (IdempotencyConflictError, DeliveryConflictError),
        lambda _, code, text: IdempotencyConflict(code=code, message=text),
    ),
)


def refusal(error: Exception) -> UserError:
    """The member of the union that says no; raises again what has none."""
    code = error_code(error) or IdempotencyConflictError.code
    for kinds, make in _MAKERS:
        if isinstance(error, kinds):
            return make(error, code, str(error))
    raise error


async def changed(change: Awaitable[RowMapping]) -> IncidentPayload | UserError:
    """The changed incident, or the refusal."""
    try:
        row = await change
    except REFUSALS as error:
        return refusal(error)
    fresh = IncidentRow._make(row[column.name] for column in columns_of(IncidentRow))
    return IncidentPayload(incident=cast("Any", fresh))
