"""Stored alerts in a throw-away hub: through its own intake and triage, at the time at which they came."""

import asyncio
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, RowMapping, func, select

from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND
from incident_hub.hub import Hub
from incident_hub.intake.damping import Damping
from incident_hub.intake.expiry import resolve_expired
from incident_hub.intake.ingest import ingest
from incident_hub.intake.plan import Verdict, Windows
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.intake.submission import Ack
from incident_hub.response.handlers import batch_handlers, handlers
from incident_hub.simulation.clock import ReplayClock
from incident_hub.storage.tables import incident, job, silence
from incident_hub.storage.tables_rules import rule
from incident_hub.work.finish import Finisher
from incident_hub.work.lease import Wanted, claim_wanted
from incident_hub.work.run import Runner

__all__ = ["Replaying"]

_GATHER = SECOND  # what came within it is triaged together, as a busy hub does
_LEASE = 3600 * SECOND
_ALONE, _TOGETHER = ("route", "notify", "flapping"), ("triage", "enrich", "apply_rules")
_WANTED: list[Wanted] = [(_ALONE, 200), *(([kind], 64) for kind in _TOGETHER)]
_QUIET = frozenset((Verdict.DUPLICATE, Verdict.IGNORED))
_EXPIRES = select(func.min(incident.c.expires_at)).where(incident.c.state.not_in(("resolved", "closed")))
_DUE = select(func.min(job.c.run_at)).where(job.c.state == "ready", job.c.kind.in_((*_ALONE, *_TOGETHER)))


class Replaying:
    """Puts alerts in, and lets time pass between them: triage, ends by expiry, notifications."""

    def __init__(self, hub: Hub, clock: ReplayClock) -> None:
        self._hub = hub
        self._clock = clock
        windows = hub.config.deduplication
        self._windows = Windows(
            int(windows.window_seconds * SECOND),
            int(windows.reopen_window_seconds * SECOND),
            damping=Damping.of(hub.config.routing.flapping),
        )
        attempts = hub.config.work.max_attempts
        finisher = Finisher(hub.database, clock, max_attempts=attempts, on_commit=lambda: None)
        self._runner = Runner(
            handlers(hub.services),
            batch_handlers(hub.services),
            finisher,
            max_attempts=attempts,
            concurrency=hub.config.work.concurrency,
        )
        self._waiting_since: int | None = None
        self._swept = clock.micros()

    async def silence(self, rows: Sequence[RowMapping]) -> None:
        """Have the silences that were in force."""
        if rows:
            values = [dict(row) for row in rows]
            await self._hub.database.write(lambda connection: connection.execute(silence.insert(), values))

    async def rule(self, rows: Sequence[RowMapping]) -> None:
        """Have the rules that are in use."""
        if rows:
            values = [dict(row) for row in rows]
            await self._hub.database.write(lambda connection: connection.execute(rule.insert(), values))

    async def take(self, alerts: Sequence[PreparedAlert], at: int) -> list[Ack]:
        """Take in the alerts of one moment, in the one transaction that intake has for them."""
        await self.pass_until(at)
        work = partial(ingest, alerts=alerts, windows=self._windows, now=self._clock.micros())
        acks = await self._hub.database.write(work)
        if self._waiting_since is None and any(ack.status not in _QUIET for ack in acks):
            self._waiting_since = at
        return acks

    async def pass_until(self, at: int) -> None:
        """Do what the hub does by itself up to that moment."""
        if self._waiting_since is not None and at - self._waiting_since >= _GATHER:
            await self.work()
        if at - self._swept >= _GATHER:
            await self._expire_until(at)
            self._swept = at
        self._clock.move_to(at)

    async def work(self) -> None:
        """Do the jobs that are due, and those that they bring."""
        self._waiting_since = None
        while True:
            now = self._clock.micros()
            claim = partial(claim_wanted, owner="replay", wanted=_WANTED, lease_micros=_LEASE, hub_now=now)
            alone, *together = await self._hub.database.write(claim)
            if not alone and not any(together):
                return
            await self._run(alone, together)

    async def _run(self, alone: Sequence[Job], together: Sequence[Sequence[Job]]) -> None:
        await asyncio.gather(*map(self._runner.alone, alone))
        for jobs in filter(None, together):
            await self._runner.together(jobs)

    async def _expire_until(self, at: int) -> None:
        """End what nobody repeated, second by second as upkeep does, and do jobs that were put off."""
        while (due := await self._hub.database.read(_next_due)) is not None and due < at:
            self._clock.move_to(min(due + SECOND, at))
            expire = partial(resolve_expired, now=self._clock.micros())
            while await self._hub.database.write(expire):
                pass
            await self.work()


def _next_due(connection: Connection) -> int | None:
    moments = (connection.execute(query).scalar_one() for query in (_EXPIRES, _DUE))
    return min((one for one in moments if one is not None), default=None)
