"""What a plugin may do to incidents on behalf of a person who said so elsewhere: by a button in a chat, say."""

from typing import NoReturn, Protocol

from incident_hub_hookspecs.errors import PluginError
from incident_hub_hookspecs.records import Incident

__all__ = ["Incidents", "NoIncidents"]


class Incidents(Protocol):
    """Changes incidents as people do: guarded, written to the timeline, durable when it returns.

    `actor` is the person as the plugin knows them, at most 200 characters; the timeline shows
    `<plugin>:<actor>`, so no plugin passes for somebody else. The plugin vouches for them: it must have a
    proof, such as a signature. With a `key`, a second call of the same actor does nothing more. Each method
    returns the incident as it is then; `IncidentError` says what was refused, and why.
    """

    async def acknowledge(self, incident_id: str, actor: str, *, note: str = "", key: str = "") -> Incident:
        """Take it on; only the first acknowledgement counts."""

    async def resolve(self, incident_id: str, actor: str, *, notes: str = "", key: str = "") -> Incident:
        """Say that the trouble is over."""

    async def escalate(self, incident_id: str, actor: str, *, reason: str, key: str = "") -> Incident:
        """Page the next level of its escalation; without one, make it more urgent by one step. Needs a reason.

        A P0 without an escalation is refused.
        """

    async def comment(self, incident_id: str, actor: str, *, text: str, key: str = "") -> Incident:
        """Add a remark to the timeline."""


class NoIncidents:
    """Where incidents cannot be changed: in commands, and in a plugin's own process."""

    async def acknowledge(self, *_args: object, **_options: object) -> Incident:
        """Refuse."""
        self._refuse()

    async def resolve(self, *_args: object, **_options: object) -> Incident:
        """Refuse."""
        self._refuse()

    async def escalate(self, *_args: object, **_options: object) -> Incident:
        """Refuse."""
        self._refuse()

    async def comment(self, *_args: object, **_options: object) -> Incident:
        """Refuse."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise PluginError(
            "incidents can be changed from the hub's own process only: set `isolation` to `in_process`"
        )
