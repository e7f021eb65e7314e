"""Telling one sink: from its place on, in order, by one process at a time, at least once."""

import asyncio
import logging
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from incident_hub_hookspecs import CallContext, TimelineEvent

from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND, to_datetime
from incident_hub.events.background import Background
from incident_hub.events.reading import EventRow
from incident_hub.host.dispatch import Call, Dispatcher, Outcome
from incident_hub.host.registry import Registry
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.work.outcomes import backoff_micros
from incident_hub.work.sinks.place import Look, advance, fail, look, release, take

__all__ = ["BATCH", "HOOK", "Sink"]

HOOK = "on_event"
BATCH = 500
_log = logging.getLogger("incident_hub.work")
_POLL_SECONDS = 0.5  # there is no other news of other processes
_GATHER_SECONDS = 0.05  # what a burst appends is told together
_UNHEARD_SECONDS = 5.0  # between two questions to a sink that wants nothing
_HELD_BACK_SECONDS = 0.01
_LEASE_SECONDS = 3.0  # more than a call may take
_MARGIN_SECONDS = 1.0  # the least of it that must be left when a call begins
_ERROR_LENGTH = 2000


class Sink:
    """One plugin's `on_event`. `context` makes what it is called with; `deadline` is each call's, in seconds."""

    def __init__(
        self,
        plugin: str,
        database: Database,
        clock: HubClock,
        registry: Registry,
        dispatcher: Dispatcher,
        context: Callable[[str, float], CallContext],
        *,
        owner: str,
        deadline: float,
    ) -> None:
        self.plugin = plugin
        self._database, self._clock = database, clock
        self._registry, self._dispatcher, self._context = registry, dispatcher, context
        self._owner, self._deadline = owner, deadline
        self._lease = int((deadline + _LEASE_SECONDS) * SECOND)
        self._token = random.getrandbits(62)
        self._quiet_until = 0.0
        self._background = Background(f"the events for {plugin}", self._turn, _POLL_SECONDS, clock)
        self.start, self.wake = self._background.start, self._background.wake

    async def stop(self) -> None:
        """End after the batch that is being told, and let others go on."""
        await self._background.stop()
        try:
            await self._database.write(partial(release, plugin=self.plugin, token=self._token))
        except DatabaseUnavailableError as error:  # then the lease ends by itself
            _log.warning("the place of %s is not given back: %s", self.plugin, error)

    async def _turn(self) -> bool:
        """Tell the next batch; True while there may be another."""
        hook = self._registry.hooks.get(HOOK, {}).get(self.plugin)
        if hook is None or self._clock.seconds() < self._quiet_until:  # it has failed, or wants nothing
            return False
        view = partial(look, plugin=self.plugin, token=self._token, most=BATCH, hub_now=self._clock.micros())
        found = await self._database.read(view)
        if found is None or not found.events:
            if found is not None and found.held_back:
                asyncio.get_running_loop().call_later(_HELD_BACK_SECONDS, self.wake)
            return False
        if not await self._holds(found):
            return False
        outcome = await self._tell(hook, found.events)
        if not await self._note(found, outcome):
            _log.warning("the place of %s was taken over", self.plugin)
            return False
        if outcome.value is False:
            self._quiet_until = self._clock.seconds() + _UNHEARD_SECONDS
        elif len(found.events) < BATCH:
            await asyncio.sleep(_GATHER_SECONDS)
        return outcome.ok

    async def _holds(self, found: Look) -> bool:
        """Have a lease that outlasts the call."""
        needed = found.now + int((self._deadline + _MARGIN_SECONDS) * SECOND)
        if found.place.held_by(self._token, needed):
            return True
        mine = partial(take, cursor=found.place.cursor, owner=self._owner)
        return await self._write(mine)

    async def _tell(self, hook: Callable[..., Any], rows: list[EventRow]) -> Outcome[Any]:
        told = {"events": tuple(map(_event, rows)), "context": self._context(self.plugin, self._deadline)}
        call = Call(self.plugin, hook, kwargs={**told, "circuit": HOOK})
        (outcome,) = await self._dispatcher.gather([call], self._deadline)
        return outcome

    async def _note(self, found: Look, outcome: Outcome[Any]) -> bool:
        """Write down how far it came; False when somebody else tells it by now."""
        record = self._registry.records[self.plugin]
        if outcome.error is None:
            record.note_unheard("")
            reached = None if outcome.value is False else found.events[-1].cursor
            return await self._write(partial(advance, cursor=reached))
        error = f"{type(outcome.error).__name__}: {outcome.error}"[:_ERROR_LENGTH]
        pause = backoff_micros(found.place.failures + 1, getattr(outcome.error, "retry_after", None))
        record.note_unheard(error)
        _log.warning("events for %s are told again in %.1f s: %s", self.plugin, pause / SECOND, error)
        return await self._write(partial(fail, error=error, pause=pause))

    async def _write(self, work: Callable[..., bool]) -> bool:
        place = {"plugin": self.plugin, "token": self._token, "lease": self._lease}
        return await self._database.write_apart(partial(work, **place, hub_now=self._clock.micros()))


def _event(row: EventRow) -> TimelineEvent:
    return TimelineEvent(
        row.cursor, row.type, to_datetime(row.at), row.actor, row.incident_id or "", row.count, row.fields
    )
