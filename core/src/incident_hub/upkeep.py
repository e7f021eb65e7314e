"""What has to be done from time to time: ends that nobody reports, silences, deadlines, forgetting what is over."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND
from incident_hub.intake import Intake
from incident_hub.intake.silencer import Silencer
from incident_hub.response.heartbeat import Pulse
from incident_hub.response.notify.service import reconcile
from incident_hub.response.people.refreshing import want_calendars
from incident_hub.response.sla.sweep import sweep_clocks
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.storage.notifications import forget_notifications
from incident_hub.storage.tables import delivery, idempotency
from incident_hub.triage.group_states import sweep_groups
from incident_hub.work.queue import prune

__all__ = ["Upkeep"]

_log = logging.getLogger("incident_hub.upkeep")
_SWEEP_SECONDS = 1.0
_GROUPS_EVERY = 5
_PRUNE_EVERY = 60
_CALENDARS_EVERY = 30
_JOBS_KEPT = 24 * 3600 * SECOND
_KEYS_KEPT = 7 * 24 * 3600 * SECOND  # a sender's repeats come within hours, some within three days


class Upkeep:
    """One loop; any number of processes may run it. `on_commit` is called when silences changed incidents."""

    def __init__(
        self,
        database: Database,
        clock: HubClock,
        intake: Intake,
        on_commit: Callable[[], None],
        *,
        group_close_seconds: float,
        pulse: Pulse,
        calendar_seconds: float,
        deliveries_kept_days: float = 30,
    ) -> None:
        self._pulse = pulse
        self._database = database
        self._clock = clock
        self._intake = intake
        self._silencer = Silencer(database, clock, on_commit)
        self._on_commit = on_commit
        self._group_close = int(group_close_seconds * SECOND)
        self._calendar_seconds = calendar_seconds
        self._deliveries_kept = int(deliveries_kept_days * 24 * 3600 * SECOND)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """End after the current statement."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                await self._intake.resolve_expired()
                await self._silencer.sweep()
                await self._sweep_clocks()
                if await self._pulse.beat():
                    self._on_commit()
                if turn % _GROUPS_EVERY == 0:
                    await self._sweep_groups()
                if turn % _CALENDARS_EVERY == 0:
                    await self._want_calendars()
                if turn % _PRUNE_EVERY == 0:
                    now, kept = self._clock.micros(), self._deliveries_kept
                    await self._database.write(partial(_forget, now=now, deliveries_kept=kept))
            except DatabaseUnavailableError as error:
                _log.warning("upkeep waits: %s", error)
            except Exception:  # the boundary: what fails at one turn may work at the next
                _log.exception("a turn of upkeep failed")
            turn += 1

    async def _sweep_clocks(self) -> None:
        while await self._database.write(partial(sweep_clocks, now=self._clock.micros())):
            self._on_commit()

    async def _want_calendars(self) -> None:
        want = partial(want_calendars, now=self._clock.micros(), every_seconds=self._calendar_seconds)
        if await self._database.write(want):
            self._on_commit()

    async def _sweep_groups(self) -> None:
        sweep = partial(sweep_groups, close_after=self._group_close, now=self._clock.micros())
        if await self._database.write(sweep):
            self._on_commit()


def _forget(connection: Connection, now: int, deliveries_kept: int) -> None:
    reconcile(connection, now)
    forget_notifications(connection, now - deliveries_kept)
    prune(connection, now - _JOBS_KEPT)
    connection.execute(delivery.delete().where(delivery.c.received_at < now - _KEYS_KEPT))
    connection.execute(idempotency.delete().where(idempotency.c.at < now - _KEYS_KEPT))
