"""What the Alertmanager routes share: its manner of saying no is a JSON string."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from incident_hub.api.answers import JsonAnswer
from incident_hub.api.errors import HttpError, as_http_error
from incident_hub.intake.silence_draft import InvalidSilenceError
from incident_hub.intake.silencing import UnknownSilenceError

__all__ = ["Door", "Handler", "refusal_answer"]

Handler = Callable[[Request], Awaitable[Response]]


class Door:
    """Runs a handler; an expected error becomes a status and a JSON string."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._handler(Request(scope, receive))
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            answer = refusal_answer(refusal)
        await answer(scope, receive, send)


def refusal_answer(error: HttpError) -> Response:
    """The refusal as Alertmanager writes it."""
    text = f"{error.path}: {error.message}" if error.path else error.message
    return JsonAnswer(text, status_code=error.status, headers=error.headers)


def _refusal(error: Exception) -> HttpError | None:
    match error:
        case InvalidSilenceError():
            return HttpError(400, "invalid_silence", str(error))
        case UnknownSilenceError():
            return HttpError(404, "unknown_silence", "no silence has this id")
        case _:
            return as_http_error(error)
