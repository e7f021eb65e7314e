"""The route that changes come in by."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from incident_hub_hookspecs import (
    PluginContext,
    Route,
    RouteRequest,
    RouteResponse,
    SignatureError,
)

from incident_hub_enricher_changes.changes import Change
from incident_hub_enricher_changes.reading import change_of, changes_in
from incident_hub_enricher_changes.settings import Settings
from incident_hub_enricher_changes.store import ChangeStore

__all__ = ["ChangesDoor"]

_SIGNATURES = ("x-hub-signature-256", "x-signature-256")


class ChangesDoor:
    """Takes changes in, from the route and from GraphQL."""

    def __init__(self, context: PluginContext[Settings]) -> None:
        self._context = context

    def route(self) -> Route:
        """`POST /-/plugins/enricher_changes/changes`."""
        return Route("/changes", self.post, ("POST",))

    async def post(self, request: RouteRequest) -> RouteResponse:
        """Record what is in the request; 202 with the number, and with what could not be used."""
        self._check(request)
        changes, rejected = changes_in(request, self._context.clock.now())
        if changes:
            await self._add(changes)
        answer: dict[str, Any] = {
            "recorded": [one.id for one in changes],
            "rejected": [
                {"index": one.index, "code": one.code, "message": one.message, "path": one.path}
                for one in rejected
            ],
        }
        return RouteResponse(answer, 202)

    async def record(self, item: Mapping[str, object], actor: str) -> Change:
        """Record one change; `PayloadError` for one that cannot be used."""
        change = change_of(item, self._context.clock.now(), actor)
        await self._add([change])
        return change

    async def _add(self, changes: Sequence[Change]) -> None:
        keep = timedelta(days=self._context.config.keep_days)
        await ChangeStore(self._context.tables).add(changes, self._context.clock.now() - keep)

    def _check(self, request: RouteRequest) -> None:
        secret = self._context.config.webhook_secret
        if not secret:
            return
        given = next(filter(None, map(request.header, _SIGNATURES)), "")
        wanted = "sha256=" + hmac.new(secret.encode(), request.body, sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise SignatureError(f"the signature in {' or '.join(_SIGNATURES)} is missing or wrong")
