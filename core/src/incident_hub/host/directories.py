"""All directories as one: the hub's own first, then those of plugins by name, until one knows the answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TypeVar

from incident_hub_hookspecs import Directory, Person, Service, Shift, Team

from incident_hub.host.cache import PluginCache
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.read_only import read_only
from incident_hub.host.registry import Registry

__all__ = ["LOCAL", "Directories"]

LOCAL = "local"
T = TypeVar("T")


class Directories:
    """The `Directory` that every other plugin is handed. A plugin's that fails counts as not knowing.

    `own` is the hub's, which reads the database anew at each question; what plugins answer is kept for a while.
    """

    def __init__(
        self,
        registry: Registry,
        dispatcher: Dispatcher,
        *,
        deadline: float,
        cache_seconds: float,
        own: Directory | None = None,
    ) -> None:
        self._own = own
        self._registry, self._dispatcher = registry, dispatcher
        self._deadline, self._seconds = deadline, cache_seconds
        self._cache = PluginCache()

    @property
    def names(self) -> tuple[str, ...]:
        """In which order they are asked; `local` is the hub's own."""
        return (*((LOCAL,) if self._own else ()), *self._registry.directories)

    async def on_call(self, schedule: str, at: datetime) -> Sequence[Shift]:
        """Who is on call then; not kept, for the answer hangs on the moment.

        Of somebody whom the schedule's own directory knows only by id, another may know more.
        """
        found: Sequence[Shift] = ()
        if self._own is not None:
            found = await self._own.on_call(schedule, at)
        found = found or await self._first(lambda one: one.on_call(schedule, at)) or ()
        return [
            replace(shift, person=await self.person(shift.person.id) or shift.person)
            if shift.person == Person(shift.person.id)
            else shift
            for shift in found
        ]

    async def person(self, id: str) -> Person | None:  # noqa: A002 - the field's word
        """The person of that id or e-mail address."""
        return await self._kept(f"person:{id}", lambda one: one.person(id))

    async def team(self, id: str) -> Team | None:  # noqa: A002
        """The team of that id."""
        return await self._kept(f"team:{id}", lambda one: one.team(id))

    async def service(self, id: str) -> Service | None:  # noqa: A002
        """The service of that id."""
        return await self._kept(f"service:{id}", lambda one: one.service(id))

    async def _kept(self, key: str, ask: Callable[[Directory], Awaitable[T | None]]) -> T | None:
        if self._own is not None and (known := await ask(self._own)):
            return _handed_on(known)
        if not self._registry.directories:
            return None

        async def load() -> tuple[T | None]:
            return (await self._first(ask),)

        return (await self._cache.get_or_load(key, load, self._seconds))[0]

    async def _first(self, ask: Callable[[Directory], Awaitable[T]]) -> T | None:
        for name, directory in self._registry.directories.items():
            outcome = await self._dispatcher.call(name, _asked(ask, directory), deadline=self._deadline)
            if outcome.value:
                return _handed_on(outcome.value)
        return None


def _handed_on(value: T) -> T:
    """The answer with read-only mappings: many plugins get the same one."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    known = {one.name: getattr(value, one.name) for one in fields(value)}
    return replace(value, **{name: read_only(one) for name, one in known.items() if isinstance(one, Mapping)})


def _asked(ask: Callable[[Directory], Awaitable[T]], directory: Directory) -> Callable[[], Awaitable[T]]:
    async def call() -> T:
        return await ask(directory)

    return call
