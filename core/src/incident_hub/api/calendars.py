"""`GET /calendars/TOKEN.ics`: shifts for calendar programs. The token is the only key, so it goes into no log."""

from functools import partial
from hashlib import sha256

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incident_hub.api.errors import HttpError, as_http_error, error_answer
from incident_hub.api.services import Services
from incident_hub.domain.receivers import Receiver
from incident_hub.domain.times import to_datetime
from incident_hub.response.people.feed_text import feed_text
from incident_hub.response.people.feeds import feed_of, unmarked
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.feeds import FeedRow, mark_read

__all__ = ["calendar_routes"]

_HEADERS = {"cache-control": "private, max-age=300", "content-type": "text/calendar; charset=utf-8"}


def calendar_routes(services: Services) -> list[Route]:
    """The route of all feeds."""

    async def calendar(request: Request) -> Response:
        token = str(request.path_params["token"])
        try:
            now = services.clock.micros()
            feed, text = await services.database.read(partial(_read, token=token, now=now))
            if feed is not None and unmarked(feed, now):
                await services.database.write(partial(mark_read, feed_id=feed.id, at=now))
        except DatabaseUnavailableError as error:
            refusal = as_http_error(error) or HttpError(503, "database_unavailable", "try again")
            return error_answer(refusal)
        if text is None:
            told = "there is no calendar behind this address, or not any more"
            return error_answer(HttpError(404, "not_found", told))
        tag = f'"{sha256(text).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        return Response(text, headers={**_HEADERS, "etag": tag})

    return [Route("/calendars/{token}.ics", calendar, methods=["GET"])]


def _read(connection: Connection, token: str, now: int) -> tuple[FeedRow | None, bytes | None]:
    feed = feed_of(connection, token)
    if feed is None:
        return None, None
    return feed, feed_text(connection, Receiver.parse(feed.receiver), to_datetime(now))
