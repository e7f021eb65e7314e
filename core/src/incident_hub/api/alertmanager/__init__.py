"""The hub as an Alertmanager: API v2, as Prometheus, amtool, karma and Grafana speak it."""

from starlette.routing import BaseRoute

from incident_hub.api.alertmanager.alerts import alert_routes
from incident_hub.api.alertmanager.silences import silence_routes
from incident_hub.api.alertmanager.status import status_routes
from incident_hub.api.services import Services

__all__ = ["alertmanager_routes"]


def alertmanager_routes(services: Services) -> list[BaseRoute]:
    """The routes of Alertmanager's API v2, its liveness and its readiness."""
    return [*alert_routes(services), *silence_routes(services), *status_routes(services)]
