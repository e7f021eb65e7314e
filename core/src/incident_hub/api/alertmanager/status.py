"""Who we are: status, receivers, liveness and readiness in Alertmanager's words."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from incident_hub.api.alertmanager.door import Door
from incident_hub.api.alertmanager.queries import RECEIVER
from incident_hub.api.alertmanager.times import to_wire
from incident_hub.api.answers import JsonAnswer
from incident_hub.api.services import Services

__all__ = ["status_routes"]

_SPOKEN = "0.25.0"  # the release whose API this is: clients choose their dialect by it
_CONFIG = f"route:\n  receiver: {RECEIVER}\n  group_by: [alertname]\nreceivers:\n- name: {RECEIVER}\n"
_VERSION = {
    "branch": "incident-hub",
    "buildDate": "",
    "buildUser": "",
    "goVersion": "",
    "revision": "",
    "version": _SPOKEN,
}


def status_routes(services: Services) -> list[BaseRoute]:
    """`/api/v2/status`, `/api/v2/receivers`, `/-/healthy`, `/-/ready`."""
    since = to_wire(services.clock.micros())

    async def status(_request: Request) -> Response:
        cluster = {"name": "", "peers": [], "status": "disabled"}
        config = {"original": _CONFIG}
        return JsonAnswer({"cluster": cluster, "config": config, "uptime": since, "versionInfo": _VERSION})

    async def receivers(_request: Request) -> Response:
        return JsonAnswer([{"name": RECEIVER}])

    async def healthy(_request: Request) -> Response:
        return PlainTextResponse("OK")

    async def ready(_request: Request) -> Response:
        await services.database.ping()
        return PlainTextResponse("OK")

    handlers = {
        "/api/v2/status": status,
        "/api/v2/receivers": receivers,
        "/-/healthy": healthy,
        "/-/ready": ready,
    }
    return [Route(path, Door(handler), methods=["GET"]) for path, handler in handlers.items()]
