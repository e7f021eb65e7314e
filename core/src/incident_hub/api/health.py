"""Liveness and readiness."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incident_hub.api.answers import JsonAnswer
from incident_hub.api.services import Services
from incident_hub.storage.database import DatabaseUnavailableError

__all__ = ["health_routes"]

_DEADLINE = 2.0


def health_routes(services: Services) -> list[Route]:
    """`/health/live`, `/health/ready` and `/health`, which is readiness too."""

    async def live(_request: Request) -> Response:
        return JsonAnswer({"status": "alive"})

    async def ready(_request: Request) -> Response:
        problem = await _problem(services)
        plugins = {name: record.status.value for name, record in services.registry.records.items()}
        body = {
            "status": "unavailable" if problem else "ready",
            "database": problem or "ok",
            "configuration": services.reloader.problem or "ok",
            "plugins": plugins,
        }
        headers = {"Retry-After": "2"} if problem else {}
        return JsonAnswer(body, status_code=503 if problem else 200, headers=headers)

    return [Route("/health/live", live), Route("/health/ready", ready), Route("/health", ready)]


async def _problem(services: Services) -> str:
    try:
        async with asyncio.timeout(_DEADLINE):
            await services.database.ping()
    except DatabaseUnavailableError as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {_DEADLINE:g} s"
    return ""
