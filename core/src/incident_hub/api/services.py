"""What the doors know of the hub."""

from typing import Protocol

from incident_hub.domain.clock import HubClock
from incident_hub.events.feed import Feed
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.reload import Reloader
from incident_hub.intake import Intake
from incident_hub.lifecycle import Lifecycle
from incident_hub.response.auditing.auditor import Auditor
from incident_hub.response.notify.service import Deliveries
from incident_hub.response.requests import ActionRequests
from incident_hub.storage.database import Database
from incident_hub.triage.grouping import Grouping
from incident_hub.work.worker import Worker

__all__ = ["Services"]


class Services(Protocol):
    """The parts of a running hub."""

    config: HubConfig
    clock: HubClock
    database: Database
    registry: Registry
    dispatcher: Dispatcher
    reloader: Reloader
    intake: Intake
    lifecycle: Lifecycle
    actions: ActionRequests
    auditor: Auditor
    deliveries: Deliveries
    grouping: Grouping
    feed: Feed
    worker: Worker

    def wake(self) -> None:
        """Something was committed: tail the timeline and look for jobs now."""
