"""LLM Shield's HTTP dialect: routes, mandatory headers, envelopes, rate tiers, errors.

What it finds is simple on purpose: a few phrases, keys and addresses, so that a test knows the answer.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from incident_hub.testing.stand_in.faults import Faults
from incident_hub.testing.stand_in.shield_access import Access, ShieldError, refused
from incident_hub.testing.stand_in.shield_scanners import SCANNERS, scan
from incident_hub.testing.stand_in.tokens import TokenEndpoint

__all__ = ["TIERS", "ShieldStandIn"]

TIERS = {"free": (100, 10), "pro": (1000, 50), "enterprise": (10_000, 200)}
LONGEST = 100_000
MOST_ITEMS, MOST_SCANNERS, MOST_AT_ONCE = 100, 20, 10


class ShieldStandIn:
    """`app` is the server; `seen` holds method, path and headers of each request, in order."""

    def __init__(
        self,
        *,
        api_key: str = "",
        gateway_secret: str = "",
        tier: str = "free",
        tokens: TokenEndpoint | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.seen: list[tuple[str, str, Mapping[str, str]]] = []
        self.told: list[Mapping[str, Any]] = []
        self._access = Access(api_key, gateway_secret, *TIERS[tier], tokens)
        routes = [
            *(Route(path, self._health) for path in ("/health", "/health/live", "/health/ready")),
            Route("/version", self._version),
            Route("/v1/scanners", self._scanners),
            Route("/v1/scan/{kind}", self._scan, methods=["POST"]),
            Route("/api/v1/scan", self._ingest, methods=["POST"]),
        ]
        if tokens:
            routes.append(Route("/oauth/token", tokens.answer, methods=["POST"]))
        self.app = Starlette(routes=routes)

    def use_up(self, requests: int) -> None:
        """As if so many had come within this minute."""
        self._access.use_up(requests)

    async def _health(self, request: Request) -> Response:
        self._note(request)
        down = await self.faults.strike({"status": "unhealthy"})
        return down or JSONResponse({"status": "healthy", "version": "stand-in"})

    async def _version(self, request: Request) -> Response:
        self._note(request)
        return JSONResponse({"name": "llm-shield-api", "version": "stand-in"})

    async def _scanners(self, request: Request) -> Response:
        self._note(request)
        return JSONResponse(
            {"scanners": [{"name": name, "scannerType": "bidirectional"} for name in SCANNERS]}
        )

    async def _scan(self, request: Request) -> Response:
        """Every scan: first the caller, then the pace, then the faults, then the body."""
        self._note(request)
        try:
            self._access.check_context(request)
            self._access.check_caller(request)
            with self._access.pace() as headers:
                if failed := await self.faults.strike(_error("SERVICE_UNAVAILABLE", "told to fail")):
                    return failed
                result = self._answer(request.path_params["kind"], _json(await request.body()))
                return JSONResponse({"result": result, "execution": _execution(request)}, headers=headers)
        except ShieldError as error:
            return refused(error)

    def _answer(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if kind == "prompt":
            return self._one(body, "prompt")
        if kind == "output":
            _text(body, "prompt")
            return self._one(body, "output")
        if kind == "batch":
            return self._batch(body)
        raise ShieldError(404, "NOT_FOUND", "no such scan")

    def _one(self, body: Mapping[str, Any], field: str) -> dict[str, Any]:
        wanted = body.get("scanners", [])
        if not isinstance(wanted, list) or len(wanted) > MOST_SCANNERS:
            raise ShieldError(422, "VALIDATION_ERROR", f"scanners: a list of at most {MOST_SCANNERS}")
        unknown = [name for name in wanted if name not in SCANNERS]
        if unknown:
            raise ShieldError(404, "NOT_FOUND", f"Scanner not found: {unknown[0]}")
        begun = monotonic()
        found = scan(_text(body, field), wanted or list(SCANNERS))
        return {**found, "scanTimeMs": int((monotonic() - begun) * 1000), "cacheHit": False}

    def _batch(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Like the real one it leaves failed items out, and does not say which."""
        items, at_once = body.get("items"), body.get("maxConcurrent", 5)
        if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
            raise ShieldError(422, "VALIDATION_ERROR", f"items: 1 to {MOST_ITEMS}")
        if not isinstance(at_once, int) or not 1 <= at_once <= MOST_AT_ONCE:
            raise ShieldError(422, "VALIDATION_ERROR", f"maxConcurrent: 1 to {MOST_AT_ONCE}")
        results = []
        for item in items:
            try:
                results.append(self._one(item, "prompt"))
            except ShieldError:
                continue
        failed = len(items) - len(results)
        return {"results": results, "totalTimeMs": 1, "successCount": len(results), "failureCount": failed}

    async def _ingest(self, request: Request) -> Response:
        self._note(request)
        if failed := await self.faults.strike(_error("SERVICE_UNAVAILABLE", "told to fail")):
            return failed
        try:
            body = _json(await request.body())
            missing = [
                name
                for name in ("source", "event_type", "execution_id", "timestamp", "payload")
                if name not in body
            ]
            if missing:
                raise ShieldError(422, "VALIDATION_ERROR", f"missing field `{missing[0]}`")
        except ShieldError as error:
            return refused(error)
        self.told.append(body)
        return JSONResponse({"status": "accepted", "execution_id": body["execution_id"]}, 202)

    def _note(self, request: Request) -> None:
        self.seen.append((request.method, request.url.path, dict(request.headers)))


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ShieldError(400, "INVALID_REQUEST", f"not JSON: {error}") from None
    if not isinstance(told, dict):
        raise ShieldError(422, "VALIDATION_ERROR", "expected an object")
    return told


def _text(body: Mapping[str, Any], field: str) -> str:
    text = body.get(field)
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST:
        raise ShieldError(422, "VALIDATION_ERROR", f"{field}: length must be 1 to {LONGEST}")
    return text


def _error(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "message": message}}


def _execution(request: Request) -> dict[str, Any]:
    span = {
        "spanId": str(uuid4()),
        "parentSpanId": request.headers["x-parent-span-id"],
        "startedAt": datetime.now(UTC).isoformat(),
        "status": "completed",
        "children": [],
    }
    return {"executionId": request.headers["x-execution-id"], "repoSpan": span}
