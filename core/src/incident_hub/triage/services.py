"""What triage and response work with; put together once, where the hub starts."""

from dataclasses import dataclass

from incident_hub_hookspecs import CallContext, Directory, IncidentLookup

from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.endpoints.raw import RawHttp
from incident_hub.host.registry import Registry
from incident_hub.storage.database import Database

__all__ = ["Services"]


@dataclass(slots=True)
class Services:
    """The rooms below, by name; `lookup` and `directory` are what plugins are handed with each call.

    `config` is replaced when a reload changes it: read it at each use.
    """

    database: Database
    registry: Registry
    dispatcher: Dispatcher
    config: HubConfig
    lookup: IncidentLookup
    directory: Directory
    clock: HubClock
    http: RawHttp | None = None  # the hub's own way out; none in a hub that sends nothing

    def context(self, plugin: str, deadline: float, incident_id: str = "") -> CallContext:
        """What a call of this plugin is given."""
        return CallContext(
            plugin=self.registry.contexts[plugin],
            lookup=self.lookup,
            directory=self.directory,
            deadline_seconds=deadline,
            incident_url=self.incident_url(incident_id) if incident_id else "",
        )

    def incident_url(self, incident_id: str) -> str:
        """Where people read of the incident; empty when the hub was not told its public address."""
        base = self.config.public_url.rstrip("/")
        return f"{base}/incidents/{incident_id}" if base else ""

    def version(self, plugin: str) -> str:
        """The plugin's version, for its findings."""
        record = self.registry.records.get(plugin)
        return record.version[:32] if record else ""
