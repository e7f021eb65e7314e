"""What a plugin raises to say no. Anything else it raises is caught, recorded and costs only its own answer."""

from enum import StrEnum

__all__ = [
    "ConfigError",
    "DeliveryCode",
    "DeliveryError",
    "IncidentError",
    "PayloadError",
    "PluginError",
    "SignatureError",
]


class PluginError(Exception):
    """The root of every error that the contract names."""


class ConfigError(PluginError):
    """The plugin's configuration is wrong. `path` names the key, as in `targets[0].url`."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path


class PayloadError(PluginError):
    """A webhook body, or one item of it, cannot be understood: the sender gets a 400 that says why.

    `code` is machine-readable (`missing_field`, `wrong_type`, ...), `path` names the place.
    """

    def __init__(self, code: str, message: str, path: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path


class IncidentError(PluginError):
    """The hub refuses a change to an incident, and nothing was changed. Raised to plugins.

    `message` is for people; `code` is for programs, as in GraphQL: `NOT_FOUND`, `INVALID_STATE_TRANSITION`,
    `VALIDATION_ERROR`, `VERSION_CONFLICT`, `IDEMPOTENCY_CONFLICT`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SignatureError(PluginError):
    """The sender could not prove who it is: it gets a 401."""


class DeliveryCode(StrEnum):
    """Why a call outside failed, for programs."""

    RATE_LIMIT = "rate_limit"
    TIMEOUT = "timeout"
    SERVICE_UNAVAILABLE = "service_unavailable"
    NETWORK_ERROR = "network_error"
    AUTHENTICATION_ERROR = "authentication_error"
    INVALID_REQUEST = "invalid_request"
    INVALID_RESPONSE = "invalid_response"
    CONTENT_FILTER = "content_filter"
    MODEL_NOT_FOUND = "model_not_found"
    QUOTA_EXCEEDED = "quota_exceeded"
    CIRCUIT_OPEN = "circuit_open"
    ADDRESS_REFUSED = "address_refused"
    GONE = "gone"
    UNKNOWN_ERROR = "unknown_error"


class DeliveryError(PluginError):
    """A notification, an action or a question did not reach its target, or got no good answer.

    `retry` False means that trying again cannot help (a 404, a refused address); `retry_after` is the
    number of seconds the target asked for; `code` is for programs.
    """

    def __init__(
        self,
        message: str,
        *,
        retry: bool = True,
        retry_after: float | None = None,
        code: DeliveryCode = DeliveryCode.UNKNOWN_ERROR,
    ) -> None:
        super().__init__(message)
        self.retry = retry
        self.retry_after = retry_after
        self.code = code
