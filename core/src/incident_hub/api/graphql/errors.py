"""What a client learns of an error: a code, a message, never our insides."""

import logging
from collections.abc import Sequence

from graphql import GraphQLError

from incident_hub.intake.group_commit import OverloadedError
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.reading.keyset import BadCursorError

__all__ = ["Code", "RefusedError", "bad_input", "coded", "shown"]

_log = logging.getLogger(__name__)


class Code:
    """The values of `extensions.code`."""

    PARSE = "GRAPHQL_PARSE_FAILED"
    VALIDATION = "GRAPHQL_VALIDATION_FAILED"
    BAD_INPUT = "BAD_USER_INPUT"
    COMPLEX = "QUERY_TOO_COMPLEX"
    TIMEOUT = "TIMEOUT"
    INTERNAL = "INTERNAL_SERVER_ERROR"
    UNAVAILABLE = "SERVICE_UNAVAILABLE"
    TOO_LARGE = "PAYLOAD_TOO_LARGE"
    SLOW = "SLOW_CONSUMER"


_KNOWN: tuple[tuple[type[Exception], str, str], ...] = (
    (BadCursorError, Code.BAD_INPUT, ""),
    (DatabaseUnavailableError, Code.UNAVAILABLE, "the database cannot be reached now; try again"),
    (OverloadedError, Code.UNAVAILABLE, "the hub has too much to do now; try again"),
    (TimeoutError, Code.TIMEOUT, "the answer took too long"),
)


class RefusedError(Exception):
    """A request that is not executed; carries what the client is told and the HTTP status."""

    def __init__(self, errors: Sequence[GraphQLError], status: int = 400) -> None:
        super().__init__(errors[0].message)
        self.errors = list(errors)
        self.status = status


def coded(message: str, code: str) -> GraphQLError:
    """An error with a code."""
    return GraphQLError(message, extensions={"code": code})


def bad_input(message: str) -> GraphQLError:
    """An error that the client can mend."""
    return coded(message, Code.BAD_INPUT)


def shown(error: GraphQLError) -> GraphQLError:
    """The error as a client may see it."""
    if error.extensions and "code" in error.extensions:
        return error
    cause = error.original_error
    if isinstance(cause, GraphQLError) or cause is None or error.path is None:
        return _with(error, error.message, Code.BAD_INPUT)
    for kind, code, message in _KNOWN:
        if isinstance(cause, kind):
            return _with(error, message or str(cause), code)
    _log.error("a resolver failed at %s", error.path, exc_info=cause)
    return _with(error, "internal error", Code.INTERNAL)


def _with(error: GraphQLError, message: str, code: str) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**(error.extensions or {}), "code": code},
    )
