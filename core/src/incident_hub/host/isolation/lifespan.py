"""The lifespan of a plugin in its own process."""

from types import TracebackType

from incident_hub.host.isolation.supervisor import Supervisor

__all__ = ["RemoteLifespan"]


class RemoteLifespan:
    """Entered and left in the child; a child that takes another's place enters by itself."""

    def __init__(self, plugin: Supervisor) -> None:
        self._plugin = plugin

    async def __aenter__(self) -> None:
        """Enter."""
        await self._plugin.lifespan(enter=True)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        await self._plugin.lifespan(enter=False)
