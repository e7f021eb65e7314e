"""The `Incidents` that a plugin is handed: the lifecycle, under the plugin's own name."""

from collections.abc import Awaitable, Callable

from incident_hub_hookspecs import Incident, IncidentError, PluginError
from sqlalchemy import RowMapping

from incident_hub.lifecycle.commands import Lifecycle
from incident_hub.lifecycle.errors import error_code
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.incidents import incident_view

__all__ = ["Hurry", "PluginIncidents"]


Hurry = Callable[[str, str, str, str | None], Awaitable[RowMapping | None]]


class PluginIncidents:
    """What one plugin can do; its name stands before the actor, so it cannot pass for anybody else.

    `hurry` has the next level of an incident's escalation paged, and returns the incident; None when there is
    no escalation under way.
    """

    def __init__(self, plugin: str, lifecycle: Lifecycle, hurry: Hurry) -> None:
        self._plugin, self._do, self._hurry = plugin, lifecycle, hurry

    async def acknowledge(self, incident_id: str, actor: str, *, note: str = "", key: str = "") -> Incident:
        """Take it on."""
        who = self._named(actor)
        return await _view(self._do.acknowledge(incident_id, who, note=note, idempotency_key=key or None))

    async def resolve(self, incident_id: str, actor: str, *, notes: str = "", key: str = "") -> Incident:
        """Say that the trouble is over."""
        who = self._named(actor)
        return await _view(self._do.resolve(incident_id, who, notes=notes, idempotency_key=key or None))

    async def escalate(self, incident_id: str, actor: str, *, reason: str, key: str = "") -> Incident:
        """Page the next level of its escalation; without one, make it one step more urgent."""
        who = self._named(actor)
        return await _view(self._escalated(incident_id, who, reason, key or None))

    async def comment(self, incident_id: str, actor: str, *, text: str, key: str = "") -> Incident:
        """Add a remark."""
        who = self._named(actor)
        return await _view(self._do.comment(incident_id, text, who, idempotency_key=key or None))

    async def _escalated(self, incident_id: str, who: str, reason: str, key: str | None) -> RowMapping:
        hurried = await self._hurry(incident_id, who, reason, key)
        if hurried is not None:
            return hurried
        return await self._do.escalate(incident_id, None, reason, who, idempotency_key=key)

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
