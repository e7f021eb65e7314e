"""What depends on what, as far as the services at hand go."""

from collections.abc import Iterable

from incident_hub_hookspecs import Directory

__all__ = ["Graph"]

STEPS = 2
MOST_SERVICES = 500


class Graph:
    """Dependencies of one batch, two steps deep. A cycle is walked once."""

    def __init__(self) -> None:
        self._below: dict[str, tuple[str, ...]] = {}

    async def learn(self, services: Iterable[str], directory: Directory) -> None:
        """Ask for these services, and for what they depend on."""
        level = set(services)
        for _ in range(STEPS):
            new = sorted(level - self._below.keys())[: MOST_SERVICES - len(self._below)]
            for name in new:
                service = await directory.service(name)
                self._below[name] = service.depends_on if service else ()
            level = {below for name in new for below in self._below[name]}

    def path(self, upper: str, lower: str) -> tuple[str, ...]:
        """The services from one that depends to one that is depended on, both included; () without a way."""
        direct = self._below.get(upper, ())
        if lower in direct:
            return (upper, lower)
        between = next((name for name in direct if lower in self._below.get(name, ())), None)
        return (upper, between, lower) if between is not None and upper != lower else ()
