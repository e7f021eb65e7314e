"""How a door says no: a status, a machine-readable code, and a sentence that names what and where."""

from incident_hub_hookspecs import PayloadError, SignatureError
from starlette.responses import Response

from incident_hub.api.answers import JsonAnswer
from incident_hub.intake.deliveries import DeliveryConflictError
from incident_hub.intake.group_commit import OverloadedError
from incident_hub.storage.database import DatabaseUnavailableError

__all__ = ["HttpError", "as_http_error", "error_answer"]

_RETRY_SECONDS = "2"


class HttpError(Exception):
    """A refusal. `path` names the place in the body, `headers` go with the answer."""

    def __init__(
        self, status: int, code: str, message: str, *, path: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.path = path
        self.headers = headers or {}


def as_http_error(error: Exception) -> HttpError | None:  # noqa: PLR0911 - a table of cases
    """The refusal that an expected error stands for; None for an unexpected one."""
    match error:
        case HttpError():
            return error
        case PayloadError():
            return HttpError(400, error.code, error.message, path=error.path)
        case SignatureError():
            return HttpError(401, "bad_signature", str(error) or "the signature does not fit the body")
        case DeliveryConflictError():
            return HttpError(409, "delivery_conflict", str(error))
        case OverloadedError():
            return _later("overloaded", str(error))
        case DatabaseUnavailableError():
            return _later("database_unavailable", "the database cannot be written now; nothing was accepted")
        case _:
            return None


def error_answer(error: HttpError) -> Response:
    """The refusal as JSON."""
    body = {"code": error.code, "message": error.message, "status": error.status}
    if error.path:
        body["path"] = error.path
    return JsonAnswer({"error": body}, status_code=error.status, headers=error.headers)


def _later(code: str, message: str) -> HttpError:
    return HttpError(503, code, message, headers={"Retry-After": _RETRY_SECONDS})
