"""What people do to an incident's escalation: start, pause, resume, hurry, stop. Each is one transaction."""

from collections.abc import Callable, Mapping
from functools import partial

from incident_hub_hookspecs import Clock, IncidentState
from sqlalchemy import Connection, RowMapping

from incident_hub.domain.escalation import LIVE, RunState
from incident_hub.domain.events import EventType
from incident_hub.domain.states import InvalidTransitionError
from incident_hub.domain.times import SECOND
from incident_hub.lifecycle.errors import IncidentNotFoundError, InvalidInputError, RecordNotFoundError
from incident_hub.lifecycle.inputs import clean_text
from incident_hub.lifecycle.keyed import Keyed
from incident_hub.response.escalation.course import Place
from incident_hub.response.escalation.document import policy_of
from incident_hub.response.escalation.starting import start_run
from incident_hub.response.escalation.writing import Writing
from incident_hub.storage.database import Database
from incident_hub.storage.escalation_policies import find_policy
from incident_hub.storage.escalations import RunRow, live_run
from incident_hub.storage.incidents import find_incident, lock_incident
from incident_hub.storage.reading.escalations import latest_runs
from incident_hub.work.lease import database_now

__all__ = ["LONGEST_PAUSE", "Escalations"]

LONGEST_PAUSE = 7 * 86_400
Work = Callable[[Connection, RowMapping, Writing], None]


class Escalations:
    """Every method returns the incident's latest run.

    Raises `IncidentNotFoundError`, `InvalidTransitionError` where it cannot be done as things stand,
    `InvalidInputError`, `IdempotencyConflictError`, `DatabaseUnavailableError`.
    """

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._database = database
        self._keyed = Keyed(database, clock, on_commit)

    async def start(
        self, incident_id: str, policy_id: str, actor: str, *, reason: str = "", key: str | None = None
    ) -> RunRow:
        """Take the incident through the policy, from its beginning; another one's run is stopped."""
        work = partial(_start, policy_id=policy_id, reason=clean_text("reason", reason))
        return await self._do("start", {"policy": policy_id}, incident_id, actor, key, work)

    async def pause(
        self, incident_id: str, seconds: float, actor: str, *, reason: str = "", key: str | None = None
    ) -> RunRow:
        """Page nobody for so long; then it goes on by itself. Nothing is paused for ever."""
        if not 1 <= seconds <= LONGEST_PAUSE:
            raise InvalidInputError("seconds", f"must be between 1 and {LONGEST_PAUSE}")
        work = partial(_pause, seconds=seconds, reason=clean_text("reason", reason))
        return await self._do("pause", {"seconds": seconds}, incident_id, actor, key, work)

    async def resume(self, incident_id: str, actor: str, *, key: str | None = None) -> RunRow:
        """Go on after a pause, with what was left of the wait."""
        return await self._do("resume", {}, incident_id, actor, key, _resume)

    async def next_level(
        self, incident_id: str, actor: str, *, reason: str = "", key: str | None = None
    ) -> RunRow:
        """Page the next level now, the last one again when there is none. Whoever had the incident has it no more."""
        work = partial(_hurry, reason=clean_text("reason", reason))
        return await self._do("next_level", {}, incident_id, actor, key, work)

    async def hurry(self, incident_id: str, actor: str, reason: str, key: str | None) -> RowMapping | None:
        """As `next_level`; returns the incident, or None when no escalation of it is under way."""
        run = await self._database.read(partial(live_run, incident_id=incident_id))
        if run is None:
            return None
        await self.next_level(incident_id, actor, reason=reason, key=key)
        return await self._database.read(partial(find_incident, incident_id=incident_id))

    async def stop(self, incident_id: str, actor: str, *, reason: str = "", key: str | None = None) -> RunRow:
        """End it; nobody is paged any more, though the incident is open."""
        work = partial(_stop, reason=clean_text("reason", reason, required=True))
        return await self._do("stop", {}, incident_id, actor, key, work)

    async def _do(
        self,
        name: str,
        asked: Mapping[str, object],
        incident_id: str,
        actor: str,
        key: str | None,
        work: Work,
    ) -> RunRow:
        request = {"incident": incident_id, **asked}
        act = partial(_act, incident_id=incident_id, actor=actor, work=work)
        return await self._keyed.once(f"escalation.{name}", request, actor, key, act, _latest)


def _latest(connection: Connection, incident_id: str) -> RunRow:
    return latest_runs(connection, [incident_id])[incident_id]


def _act(connection: Connection, incident_id: str, actor: str, now: int, work: Work) -> str:
    row = lock_incident(connection, incident_id)
    if row is None:
        raise IncidentNotFoundError(incident_id)
    writing = Writing(now, database_now(connection, now), actor)
    work(connection, row, writing)
    writing.write(connection)
    return incident_id


def _start(connection: Connection, row: RowMapping, writing: Writing, *, policy_id: str, reason: str) -> None:
    state = IncidentState(row["state"])
    if not state.active:
        raise InvalidTransitionError(
            state, state, f"an incident that is {state} is not escalated; reopen it first"
        )
    found = find_policy(connection, policy_id)
    if found is None or not found.enabled:
        raise RecordNotFoundError(f"there is no enabled escalation policy {policy_id}")
    if row["acknowledged_by"]:
        writing.unacknowledge(row["id"], row["acknowledged_by"], reason or "it was escalated")
    start_run(
        connection,
        row["id"],
        policy_of(found.document),
        actor=writing.actor,
        because={"by": writing.actor, "reason": reason},
        now=writing.now,
        replace=True,
        restart=True,
    )


def _pause(connection: Connection, row: RowMapping, writing: Writing, *, seconds: float, reason: str) -> None:
    run = _live(connection, row, RunState.ACTIVE)
    left = max((run.next_at or writing.clock) - writing.clock, 0)
    until = Place(run.level, run.round, int(seconds * SECOND))
    fresh = writing.wait(
        run, until, state=RunState.PAUSED, remaining=left, stopped_at=writing.now, stopped_by=writing.actor
    )
    writing.say(fresh, EventType.ESCALATION_PAUSED, seconds=seconds, why=reason)


def _resume(connection: Connection, row: RowMapping, writing: Writing) -> None:
    run = _live(connection, row, RunState.PAUSED)
    writing.wait(run, Place(run.level, run.round, run.remaining or 0))
    writing.say(run, EventType.ESCALATION_RESUMED, why="somebody resumed it")


def _hurry(connection: Connection, row: RowMapping, writing: Writing, *, reason: str) -> None:
    run = _live(connection, row, *LIVE)
    if row["acknowledged_by"]:
        writing.unacknowledge(row["id"], row["acknowledged_by"], reason or "it was escalated")
    level = min(run.level, len(policy_of(run.document).levels) - 1)
    writing.wait(run, Place(level, run.round, 0))
    writing.say(
        run, EventType.ESCALATION_RESUMED, why=reason or "somebody asked for the next level", hurried=True
    )


def _stop(connection: Connection, row: RowMapping, writing: Writing, *, reason: str) -> None:
    run = _live(connection, row, *LIVE)
    writing.halt(run, RunState.STOPPED)
    writing.say(run, EventType.ESCALATION_STOPPED, why=reason, levels_fired=run.level)


def _live(connection: Connection, row: RowMapping, *states: str) -> RunRow:
    """The incident's run in one of the states, or a refusal that says how it stands."""
    run = live_run(connection, row["id"])
    if run is not None and run.state in states:
        return run
    state = IncidentState(row["state"])
    stands = (
        "has no escalation that is under way" if run is None else f"has an escalation that is {run.state}"
    )
    raise InvalidTransitionError(state, state, f"the incident {stands}")
