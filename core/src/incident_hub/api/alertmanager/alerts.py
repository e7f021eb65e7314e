"""`/api/v2/alerts`: Prometheus posts to it, amtool and dashboards read it."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from incident_hub_hookspecs import RejectedItem
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from incident_hub.api.alertmanager.door import Door
from incident_hub.api.alertmanager.listing import groups_json, listed, load_open
from incident_hub.api.alertmanager.queries import alert_query
from incident_hub.api.answers import JsonAnswer
from incident_hub.api.direct import DirectRoute
from incident_hub.api.services import Services
from incident_hub.api.webhooks import parse_and_submit
from incident_hub.domain.times import SECOND

__all__ = ["SLUG", "alert_routes"]

SLUG = "alertmanager-v2"
_LISTED_PROBLEMS = 20


def alert_routes(services: Services) -> list[BaseRoute]:
    """Take alerts, list them, list them in groups."""
    door = _Alerts(services)
    return [
        DirectRoute("/api/v2/alerts", Door(door.post)),
        Route("/api/v2/alerts", Door(door.get), methods=["GET"]),
        Route("/api/v2/alerts/groups", Door(door.groups), methods=["GET"]),
    ]


class _Alerts:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._lasting = int(services.config.deduplication.window_seconds * SECOND)

    async def post(self, request: Request) -> Response:
        """200 once the alerts are durable; 400 if some are unsound, the sound ones are stored all the same."""
        _, rejected = await parse_and_submit(self._services, SLUG, request.scope, request.receive)
        if rejected:
            return JsonAnswer(_problems(rejected), status_code=400)
        return Response()

    async def get(self, request: Request) -> Response:
        """The open incidents as alerts."""
        return await self._answer(request, lambda alerts: alerts)

    async def groups(self, request: Request) -> Response:
        """The same, grouped by name."""
        return await self._answer(request, groups_json)

    async def _answer(
        self, request: Request, shape: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
    ) -> Response:
        """Ten thousand alerts take a while to write out: a thread does it."""
        query = alert_query(request.query_params)
        now = self._services.clock.micros()
        found = await self._services.database.read(partial(load_open, now=now))
        return await asyncio.to_thread(lambda: JsonAnswer(shape(listed(found, query, now, self._lasting))))


def _problems(rejected: Sequence[RejectedItem]) -> str:
    told = [f"{item.path or f'[{item.index}]'}: {item.message}" for item in rejected[:_LISTED_PROBLEMS]]
    more = len(rejected) - len(told)
    return "; ".join([*told, f"and {more} more"] if more else told)
