"""Keeps what open incidents say of silences true: marked while one is in force, unmarked after."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import orjson
from sqlalchemy import Connection

from incident_hub.domain.clock import HubClock
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.rules import FLAPPING, Mute
from incident_hub.domain.times import SECOND
from incident_hub.events.append import append_events
from incident_hub.intake.releasing import release_jobs
from incident_hub.intake.silence_draft import SilenceDraft
from incident_hub.intake.silences import ActiveSilence, active_silences, matched_labels, silences_of
from incident_hub.intake.silencing import expire_silence, put_silence
from incident_hub.intake.unmuting import any_muted, unmute_ended
from incident_hub.storage.active import OPEN_STATES, START, Mark, OpenIncident, open_chunk
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.storage.silences import latest_change
from incident_hub.storage.tables import incident
from incident_hub.work.queue import enqueue

__all__ = ["Silencer"]

_CHUNK = 500
_OVERLAP = 10 * SECOND  # an intake transaction that ran beside a change is caught up with
_CHANGE = ("silenced_by", "updated_at", "version = version + ?")
_ACTOR = "hub:silences"
_OTHERS = (f"{Mute.INHIBITION.value}:", f"{Mute.RULE.value}:", FLAPPING)  # which end in their own way


class Silencer:
    """Writes silences and applies them. `on_commit` is called after each commit."""

    def __init__(self, database: Database, clock: HubClock, on_commit: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._on_commit = on_commit
        self._settled = 0
        self._held: frozenset[str] = frozenset()

    async def put(self, draft: SilenceDraft, silence_id: str = "") -> str:
        """Make or change a silence; its id returns when the open incidents it meets are muted.

        Raises `InvalidSilenceError`, `UnknownSilenceError`, `DatabaseUnavailableError`.
        """
        work = partial(put_silence, draft=draft, silence_id=silence_id, now=self._clock.micros())
        made = await self._database.write(work)
        await self._apply()
        return made

    async def expire(self, silence_id: str, actor: str) -> None:
        """End a silence; returns when the incidents it alone had muted are not any more."""
        work = partial(expire_silence, silence_id=silence_id, actor=actor, now=self._clock.micros())
        await self._database.write(work)
        await self._apply()

    async def _apply(self) -> None:
        """The silence is written, whatever comes now: if marking fails, the next sweep does it."""
        self._on_commit()
        with suppress(DatabaseUnavailableError):
            await self.settle()

    async def sweep(self) -> int:
        """Settle if a silence or a window began or ended since the last time; call this every few seconds."""
        now = self._clock.micros()
        changed, held = await self._database.read(partial(_in_force, now=now))
        heard = await self._unmute()
        if self._settled and changed < self._settled - _OVERLAP and held == self._held:
            return heard
        settled = await self.settle()
        self._settled, self._held = now, held
        return heard + settled

    async def _unmute(self) -> int:
        """Let those be heard whose inhibition or rule is over."""
        after: str | None = ""
        heard = 0
        while after is not None:
            work = partial(unmute_ended, after=after, now=self._clock.micros())
            if not after and not await self._database.read(any_muted):
                return 0
            after, count = await self._database.write(work)
            heard += count
        if heard:
            self._on_commit()
        return heard

    async def settle(self) -> int:
        """Hold every open incident against the silences in force; return how many changed.

        Each chunk is a transaction of its own, so that alerts are never kept waiting for long.
        """
        changed = 0
        for state in OPEN_STATES:
            after: Mark | None = START
            while after is not None:
                work = partial(_settle_chunk, state=state, after=after, now=self._clock.micros())
                after, count = await self._database.write(work)
                changed += count
        if changed:
            self._on_commit()
        return changed


def _in_force(connection: Connection, now: int) -> tuple[int, frozenset[str]]:
    return latest_change(connection, now), frozenset(one.id for one in active_silences(connection, now))


def _settle_chunk(connection: Connection, state: str, after: Mark, now: int) -> tuple[Mark | None, int]:
    """Settle one chunk; return where the next one starts, None behind the last."""
    silences = active_silences(connection, now)
    rows = open_chunk(connection, state, after, _CHUNK, silenced_only=not silences)
    changes = [(row, mark) for row in rows if (mark := _mark(row, silences)) != row.silenced_by]
    heard = [(row.id, row.severity) for row, mark in changes if mark is None]
    released = release_jobs(connection, heard, now)
    update_rows(connection, incident, _CHANGE, [(mark, now, 1, row.id) for row, mark in changes])
    events = [
        NewEvent(row.id, EventType.SILENCED, now, _ACTOR, {"before": row.silenced_by, "after": mark})
        for row, mark in changes
    ]
    append_events(connection, events)
    enqueue(connection, released, now)
    return (rows[-1].mark if len(rows) == _CHUNK else None), len(changes)


def _mark(row: OpenIncident, silences: Sequence[ActiveSilence]) -> str | None:
    """The silence that mutes the incident; the one that does already stays, as does any other reason."""
    if row.silenced_by and row.silenced_by.startswith(_OTHERS):
        return row.silenced_by
    if not silences:
        return None
    found = silences_of(silences, matched_labels(row.source, row.title, orjson.loads(row.labels)))
    return row.silenced_by if row.silenced_by in found else next(iter(found), None)
