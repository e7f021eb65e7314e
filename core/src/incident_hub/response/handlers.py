"""The job kinds that triage and response do."""

from collections.abc import Mapping

from incident_hub.response.actions import action_handler
from incident_hub.response.escalation.assigning import start_handler
from incident_hub.response.escalation.timer import timer_handler
from incident_hub.response.flapping import flapping_handler
from incident_hub.response.heartbeat import heartbeat_handler
from incident_hub.response.notify.digest import digest_handler
from incident_hub.response.notify.handler import notify_handler
from incident_hub.response.paging.page import page_handler
from incident_hub.response.people.refreshing import calendar_handler
from incident_hub.response.routing import route_handler
from incident_hub.response.rules.handler import rules_handler
from incident_hub.response.sla.clocks import clock_handler
from incident_hub.triage.enriching import Enriching
from incident_hub.triage.late import late_handler
from incident_hub.triage.learning import learn_handler
from incident_hub.triage.pipeline import triage_handler
from incident_hub.triage.services import Services
from incident_hub.work.worker import BatchHandler, Handler

__all__ = ["TOGETHER", "batch_handlers", "handlers"]

TOGETHER = {"escalate": 256}  # after a restart thousands may be due, and each is soon done


def handlers(services: Services) -> Mapping[str, Handler]:
    """A handler for each kind whose jobs run one by one."""
    return {
        "route": route_handler(services),
        "page": page_handler(services),
        "notify": notify_handler(services),
        "flapping": flapping_handler(services),
        "digest": digest_handler(services),
        "action": action_handler(services),
        "heartbeat": heartbeat_handler(services),
        "calendar": calendar_handler(services),
    }


def batch_handlers(services: Services) -> Mapping[str, BatchHandler]:
    """A handler for each kind whose waiting jobs are run together."""
    enriching = Enriching(services)
    return {
        "triage": triage_handler(services, enriching),
        "enrich": late_handler(services, enriching),
        "learn": learn_handler(services),
        "start_escalation": start_handler(services),
        "escalate": timer_handler(services),
        "apply_rules": rules_handler(services),
        "sla": clock_handler(services),
    }
