"""What a request has at hand: the hub's services, its own loaders, and who asks."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import strawberry
from incident_hub_hookspecs import Clock

from incident_hub.api.graphql.loaders import Loaders
from incident_hub.api.graphql.plugins.request import PluginRequest
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.storage.database import Database

if TYPE_CHECKING:
    from incident_hub.events.feed import Feed
    from incident_hub.host.reload import Reloader
    from incident_hub.intake import Intake
    from incident_hub.lifecycle import Lifecycle
    from incident_hub.response.auditing.auditor import Auditor
    from incident_hub.response.escalation.control import Escalations
    from incident_hub.response.escalation.policies import EscalationPolicies
    from incident_hub.response.notify.service import Deliveries
    from incident_hub.response.people.commands import People
    from incident_hub.response.requests import ActionRequests
    from incident_hub.response.rules.commands import Rules
    from incident_hub.response.sla.control import SlaClocks
    from incident_hub.triage.grouping import Grouping
    from incident_hub.triage.llm import LlmClients
    from incident_hub.triage.services import Services

__all__ = ["ANYBODY", "HubServices", "Info", "RequestContext", "Viewer", "viewer_of"]


class HubServices(Protocol):
    """What this door needs of the hub."""

    @property
    def config(self) -> HubConfig:
        """The configuration."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def database(self) -> Database:
        """The database."""

    @property
    def registry(self) -> Registry:
        """The plugins."""

    @property
    def dispatcher(self) -> Dispatcher:
        """Calls the plugins."""

    @property
    def reloader(self) -> "Reloader":
        """Reads the configuration again."""

    @property
    def intake(self) -> "Intake":
        """Takes alerts in."""

    @property
    def lifecycle(self) -> "Lifecycle":
        """Changes incidents."""

    @property
    def actions(self) -> "ActionRequests":
        """Asks for playbook actions."""

    @property
    def escalations(self) -> "Escalations":
        """Changes escalations under way."""

    @property
    def escalation_policies(self) -> "EscalationPolicies":
        """Changes escalation policies."""

    @property
    def rules(self) -> "Rules":
        """Changes routes, maintenance windows and inhibitions."""

    @property
    def sla(self) -> "SlaClocks":
        """Pauses SLA clocks."""

    @property
    def auditor(self) -> "Auditor":
        """Looks whether everybody was told."""

    @property
    def deliveries(self) -> "Deliveries":
        """What went out, and what did not."""

    @property
    def grouping(self) -> "Grouping":
        """Changes groups."""

    @property
    def people(self) -> "People":
        """Writes users, teams, services and schedules."""

    @property
    def services(self) -> "Services":
        """What triage and response work with."""

    @property
    def llm(self) -> "LlmClients":
        """Asks the clients of LLM services."""

    @property
    def feed(self) -> "Feed":
        """Follows the timeline."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and what that one may see. Subscriptions are shared among equal scopes only."""

    actor: str
    scopes: frozenset[str] = frozenset({"*"})


ANYBODY = Viewer("anonymous")
_LONGEST_ACTOR = 255


def viewer_of(headers: Mapping[str, str]) -> Viewer:
    """The one place where it is decided who asks; until there is authentication, the header says so."""
    name = "".join(c for c in headers.get("x-actor", "") if c.isprintable()).strip()[:_LONGEST_ACTOR]
    return Viewer(name) if name else ANYBODY


@dataclass(slots=True)
class RequestContext:
    """Given to every resolver of one request, or of one running subscription."""

    services: HubServices
    viewer: Viewer = ANYBODY
    connection_params: object = None
    deadline: asyncio.Timeout | None = None
    loaders: Loaders = field(init=False)
    plugins: PluginRequest = field(init=False)

    def __post_init__(self) -> None:
        """Start without anything loaded."""
        self.refresh()

    def wait_longer(self, seconds: float) -> None:
        """Let the whole document take so long from now on, at least."""
        if self.deadline is not None and (when := self.deadline.when()) is not None:
            self.deadline.reschedule(max(when, asyncio.get_running_loop().time() + seconds))

    def refresh(self) -> None:
        """Forget what was loaded: each event of a subscription reads anew."""
        self.loaders = Loaders(self.services.database)
        self.plugins = PluginRequest(self.services, self.viewer.actor)


Info = strawberry.Info[RequestContext, None]
