"""All event sinks of one process, each on its own: a slow one delays nobody."""

import asyncio
from collections.abc import Callable, Collection
from functools import partial

from incident_hub_hookspecs import CallContext

from incident_hub.domain.clock import HubClock
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.storage.database import Database
from incident_hub.work.sinks.place import make_places
from incident_hub.work.sinks.sink import HOOK, Sink

__all__ = ["Sinks"]


class Sinks:
    """The plugins with `on_event`. Any number of processes may have the same ones."""

    def __init__(
        self,
        database: Database,
        clock: HubClock,
        registry: Registry,
        dispatcher: Dispatcher,
        context: Callable[[str, float], CallContext],
        *,
        owner: str,
        deadline: float,
    ) -> None:
        self._database, self._clock, self._registry = database, clock, registry
        self._make = partial(
            Sink, database=database, clock=clock, registry=registry, dispatcher=dispatcher,
            context=context, owner=owner, deadline=deadline,
        )  # fmt: skip
        self._sinks: list[Sink] = []

    async def prepare(self, from_beginning: Collection[str]) -> None:
        """Give new sinks their place, before anything happens that they should hear of."""
        plugins = list(self._registry.hooks.get(HOOK, {}))
        if plugins:
            places = partial(
                make_places, plugins=plugins, from_beginning=from_beginning, hub_now=self._clock.micros()
            )
            await self._database.write(places)

    def start(self) -> None:
        """Begin to tell, on the running loop."""
        self._sinks = [self._make(plugin) for plugin in self._registry.hooks.get(HOOK, {})]
        for sink in self._sinks:
            sink.start()

    def wake(self) -> None:
        """Something was committed."""
        for sink in self._sinks:
            sink.wake()

    async def stop(self) -> None:
        """Finish what is being told."""
        await asyncio.gather(*(sink.stop() for sink in self._sinks))
        self._sinks = []
