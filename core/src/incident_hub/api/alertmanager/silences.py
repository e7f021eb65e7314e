"""`/api/v2/silences` and `/api/v2/silence/{id}`."""

import re
from collections.abc import Sequence
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from incident_hub.api.alertmanager.door import Door
from incident_hub.api.alertmanager.filters import parse_filters
from incident_hub.api.alertmanager.silence_json import read_silence, silence_json
from incident_hub.api.answers import JsonAnswer
from incident_hub.api.bodies import read_body
from incident_hub.api.services import Services
from incident_hub.host.json_body import decode_json
from incident_hub.intake.silencer import Silencer
from incident_hub.intake.silences import Matcher
from incident_hub.intake.silencing import KEPT, UnknownSilenceError
from incident_hub.storage.silences import SilenceRow, list_silences, silence_by_id

__all__ = ["silence_routes"]

_LIMIT = 10_000
_ACTOR = "alertmanager-api"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ORDER = {"active": 0, "pending": 1, "expired": 2}


def silence_routes(services: Services) -> list[BaseRoute]:
    """Make, list, read and expire silences."""
    door = _Silences(services)
    return [
        Route("/api/v2/silences", Door(door.post), methods=["POST"]),
        Route("/api/v2/silences", Door(door.get), methods=["GET"]),
        Route("/api/v2/silence/{id}", Door(door.one), methods=["GET"]),
        Route("/api/v2/silence/{id}", Door(door.delete), methods=["DELETE"]),
    ]


class _Silences:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._silencer = Silencer(services.database, services.clock, services.wake)

    async def post(self, request: Request) -> Response:
        """Make one, or change the one with the id given; answers its id once it mutes what is open."""
        limit = self._services.config.intake.max_body_bytes
        body = decode_json(await read_body(request.scope, request.receive, limit))
        silence_id, draft = read_silence(body)
        if silence_id:
            _check_id(silence_id)
        return JsonAnswer({"silenceID": await self._silencer.put(draft, silence_id)})

    async def get(self, request: Request) -> Response:
        """Those in force, those to come, and those that ended in the last days."""
        matchers = parse_filters(request.query_params.getlist("filter"))
        now = self._services.clock.micros()
        work = partial(list_silences, ended_after=now - KEPT, limit=_LIMIT)
        rows = [row for row in await self._services.database.read(work) if _meets(row, matchers)]
        return JsonAnswer([silence_json(row, now) for row in _ordered(rows, now)])

    async def one(self, request: Request) -> Response:
        """One silence."""
        silence_id = _check_id(request.path_params["id"])
        row = await self._services.database.read(partial(silence_by_id, silence_id=silence_id))
        if row is None:
            raise UnknownSilenceError(silence_id)
        return JsonAnswer(silence_json(row, self._services.clock.micros()))

    async def delete(self, request: Request) -> Response:
        """Expire it; an expired one stays so."""
        await self._silencer.expire(_check_id(request.path_params["id"]), _ACTOR)
        return Response()


def _check_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise UnknownSilenceError(text)
    return text


def _meets(row: SilenceRow, matchers: Sequence[Matcher]) -> bool:
    """Whether the filter holds over the silence's own matchers, read as labels."""
    if not matchers:
        return True
    own = {item["name"]: item["value"] for item in orjson.loads(row.matchers)}
    return all(matcher.matches(own) for matcher in matchers)


def _ordered(rows: Sequence[SilenceRow], now: int) -> list[SilenceRow]:
    """In force first, the next to end on top; then those to come; then the ended, the latest on top."""

    def place(row: SilenceRow) -> tuple[int, int]:
        state = row.state(now)
        moment = {"active": row.ends_at, "pending": row.starts_at, "expired": -row.ends_at}[state]
        return _ORDER[state], moment

    return sorted(rows, key=place)
