"""The `Incidents` that a plugin is handed: the lifecycle, under the plugin's own name."""

from collections.abc import Awaitable

from incident_hub_hookspecs import Incident, IncidentError, PluginError
from sqlalchemy import RowMapping

from incident_hub.lifecycle.commands import Lifecycle
from incident_hub.lifecycle.errors import error_code
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.incidents import incident_view

__all__ = ["PluginIncidents"]


class PluginIncidents:
    """What one plugin can do; its name stands before the actor, so it cannot pass for anybody else."""

    def __init__(self, plugin: str, lifecycle: Lifecycle) -> None:
        self._plugin, self._do = plugin, lifecycle

    async def acknowledge(self, incident_id: str, actor: str, *, note: str = "", key: str = "") -> Incident:
        """Take it on."""
        who = self._named(actor)
        return await _view(self._do.acknowledge(incident_id, who, note=note, idempotency_key=key or None))

    async def resolve(self, incident_id: str, actor: str, *, notes: str = "", key: str = "") -> Incident:
        """Say that the trouble is over."""
        who = self._named(actor)
        return await _view(self._do.resolve(incident_id, who, notes=notes, idempotency_key=key or None))

    async def escalate(self, incident_id: str, actor: str, *, reason: str, key: str = "") -> Incident:
        """One step more urgent."""
        who = self._named(actor)
        return await _view(self._do.escalate(incident_id, None, reason, who, idempotency_key=key or None))

    async def comment(self, incident_id: str, actor: str, *, text: str, key: str = "") -> Incident:
        """Add a remark."""
        who = self._named(actor)
        return await _view(self._do.comment(incident_id, text, who, idempotency_key=key or None))

    def _named(self, actor: str) -> str:
        return f"{self._plugin}:{actor}" if actor else ""


async def _view(change: Awaitable[RowMapping]) -> Incident:
    """The incident as plugins see it; refusals in the contract's words."""
    try:
        return incident_view(await change)
    except DatabaseUnavailableError as error:
        raise PluginError(str(error)) from error
    except Exception as error:
        code = error_code(error)
        if code is None:
            raise
        raise IncidentError(code, str(error)) from error
