"""`/-/plugins/enricher_runbooks/runbooks`: all runbooks as JSON, out and in."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from incident_hub_hookspecs import PayloadError, Route, RouteRequest, RouteResponse

from incident_hub_enricher_runbooks.reading import as_json, read_list
from incident_hub_enricher_runbooks.shelf import Shelf

__all__ = ["routes_of"]


def routes_of(shelf: Shelf) -> Sequence[Route]:
    """GET exports, POST imports."""

    async def export(_request: RouteRequest) -> RouteResponse:
        return RouteResponse({"runbooks": [as_json(one) for one in await shelf.all()]})

    async def import_(request: RouteRequest) -> RouteResponse:
        instead = _flag(request.query.get("replace", "false"))
        done = await shelf.take_in(read_list(_decoded(request.body)), request.actor, instead=instead)
        return RouteResponse(asdict(done), status=400 if done.rejected and not done.stored else 200)

    return [Route("/runbooks", export), Route("/runbooks", import_, ("POST",))]


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PayloadError("bad_json", f"the body is no JSON: {error}") from error


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise PayloadError("bad_flag", "replace is true or false", "replace")
    return text == "true"
