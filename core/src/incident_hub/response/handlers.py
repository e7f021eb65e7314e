"""The job kinds that triage and response do."""

from collections.abc import Mapping

from incident_hub.response.actions import action_handler
from incident_hub.response.notify import notify_handler
from incident_hub.response.routing import route_handler
from incident_hub.triage.pipeline import triage_handler
from incident_hub.triage.services import Services
from incident_hub.work.worker import Handler

__all__ = ["handlers"]


def handlers(services: Services) -> Mapping[str, Handler]:
    """A handler for each kind, for a worker to run."""
    return {
        "triage": triage_handler(services),
        "route": route_handler(services),
        "notify": notify_handler(services),
        "action": action_handler(services),
    }
