"""What every plugin is handed beside its configuration, and what stands in where there is none of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from incident_hub_hookspecs import Clock, HttpResponse, Incidents, PluginError, Tables
from incident_hub_hookspecs.changing import NoIncidents

from incident_hub.host.endpoints.raw import RawHttp

__all__ = ["Handed", "NoTables", "NoWayOut"]

T = TypeVar("T")


class NoWayOut:
    """The way out of a command that loads plugins only to look at them."""

    async def request(self, *_args: object, **_options: object) -> HttpResponse:
        """Refuse."""
        raise PluginError("this command gives plugins no way out")


class NoTables:
    """The `Tables` of a plugin without migrations."""

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin

    async def read(self, _work: Callable[[Any], T]) -> T:
        """Refuse."""
        self._refuse()

    async def write(self, _work: Callable[[Any], T]) -> T:
        """Refuse."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise PluginError(f"{self._plugin} has no tables: implement `register_migrations`")


def _no_incidents(_plugin: str) -> Incidents:
    return NoIncidents()


@dataclass(frozen=True, slots=True)
class Handed:
    """The same for all plugins; `tables` and `incidents` make each one's own, by its name.

    Each gets its own care around `http`.
    """

    clock: Clock
    http: RawHttp
    tables: Callable[[str], Tables]
    incidents: Callable[[str], Incidents] = _no_incidents

    @classmethod
    def for_looking(cls, clock: Clock) -> "Handed":
        """For commands that show what was found and call none of it."""
        return cls(clock, NoWayOut(), NoTables)
