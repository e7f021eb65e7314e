"""What a client learns of an error: a code, a message, never our insides."""

import asyncio
import logging
from collections.abc import Sequence

from graphql import GraphQLError
from incident_hub_hookspecs import DeliveryCode, DeliveryError, PayloadError, PluginError

from incident_hub.host.circuit import CircuitOpenError
from incident_hub.host.guard import RateLimitedError
from incident_hub.host.threads import TooManyThreadsError
from incident_hub.intake.group_commit import OverloadedError
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.reading.keyset import BadCursorError

__all__ = [
    "PASSING",
    "Code",
    "PluginAnswerError",
    "RefusedError",
    "bad_input",
    "coded",
    "plugin_error",
    "shown",
]

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
    PLUGIN = "PLUGIN_FAILED"
    PLUGIN_AWAY = "PLUGIN_UNAVAILABLE"


PASSING = (KeyboardInterrupt, asyncio.CancelledError)  # not a plugin's to raise: they go through
_KNOWN: tuple[tuple[type[Exception], str, str], ...] = (
    (BadCursorError, Code.BAD_INPUT, ""),
    (DatabaseUnavailableError, Code.UNAVAILABLE, "the database cannot be reached now; try again"),
    (OverloadedError, Code.UNAVAILABLE, "the hub has too much to do now; try again"),
    (TimeoutError, Code.TIMEOUT, "the answer took too long"),
)


_OUTSIDE = {
    DeliveryCode.INVALID_REQUEST: Code.BAD_INPUT,
    DeliveryCode.TIMEOUT: Code.TIMEOUT,
    DeliveryCode.RATE_LIMIT: Code.PLUGIN_AWAY,
    DeliveryCode.CIRCUIT_OPEN: Code.PLUGIN_AWAY,
    DeliveryCode.NETWORK_ERROR: Code.PLUGIN_AWAY,
    DeliveryCode.SERVICE_UNAVAILABLE: Code.PLUGIN_AWAY,
}


class PluginAnswerError(Exception):
    """A plugin answered with something that the contract does not name; the message is for everybody."""


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


def shown(error: GraphQLError, plugin: str = "") -> GraphQLError:
    """The error as a client may see it; `plugin` is whose field it was, if one's."""
    if error.extensions and "code" in error.extensions:
        return error
    cause = error.original_error
    if plugin and isinstance(cause, GraphQLError):  # a refusal would have a code: this is the executor's
        cause = PluginAnswerError(f"its answer does not fit the schema: {cause.message}")
    if isinstance(cause, GraphQLError) or cause is None or error.path is None:
        return _with(error, error.message, Code.BAD_INPUT, plugin)
    message, code = _told(cause, plugin)
    if code == Code.INTERNAL:
        _log.error("a resolver failed at %s", error.path, exc_info=cause)
    return _with(error, message, code, plugin)


def plugin_error(plugin: str, cause: BaseException) -> GraphQLError:
    """What a client is told of a plugin that failed, or of its refusal."""
    if isinstance(cause, GraphQLError):
        code = (cause.extensions or {}).get("code", Code.BAD_INPUT)
        return _with(cause, cause.message, str(code), plugin)
    message, code = _told(cause, plugin)
    return GraphQLError(message, extensions={"code": code, "plugin": plugin})


def _told(cause: BaseException, plugin: str) -> tuple[str, str]:
    """The message and the code."""
    if plugin and (found := _told_of_plugin(cause, plugin)):
        return found
    for kind, code, message in _KNOWN:
        if isinstance(cause, kind):
            return message or str(cause), code
    if not plugin:
        return "internal error", Code.INTERNAL
    _log.warning("the plugin %s failed in GraphQL", plugin, exc_info=cause)
    said = str(cause) if isinstance(cause, PluginAnswerError | PluginError) else type(cause).__name__
    return f"the plugin {plugin} failed: {said}", Code.PLUGIN


def _told_of_plugin(cause: BaseException, plugin: str) -> tuple[str, str] | None:
    if isinstance(cause, PayloadError):
        return cause.message, Code.BAD_INPUT
    if isinstance(cause, DeliveryError) and cause.code in _OUTSIDE:
        return str(cause), _OUTSIDE[cause.code]
    if isinstance(cause, TimeoutError):
        return f"the plugin {plugin} gave no answer in time", Code.TIMEOUT
    if isinstance(cause, CircuitOpenError | RateLimitedError | TooManyThreadsError):
        return f"the plugin {plugin} is not called now: {cause}", Code.PLUGIN_AWAY
    return None


def _with(error: GraphQLError, message: str, code: str, plugin: str = "") -> GraphQLError:
    whose = {"plugin": plugin} if plugin else {}
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**(error.extensions or {}), "code": code, **whose},
    )
