"""The way in: everything that brings alerts goes through `Intake.submit`."""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b

from incident_hub_hookspecs import Alert

from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND
from incident_hub.intake.commit import Result, commit_submissions
from incident_hub.intake.damping import NEVER, Damping
from incident_hub.intake.expiry import resolve_expired
from incident_hub.intake.group_commit import GroupCommit
from incident_hub.intake.plan import Windows
from incident_hub.intake.prepare import prepare
from incident_hub.intake.submission import Ack, Submission
from incident_hub.intake.turns import Turns
from incident_hub.storage.database import Database, DatabaseUnavailableError

__all__ = ["Ack", "Intake"]

_AHEAD = 100  # alerts, fewer had better share the next commit; on PostgreSQL two would wait for one another
_BATCH = 2000  # alerts a transaction: enough to share its price, few enough to answer soon


class Intake:
    """Turns alerts into durable incidents. `on_commit` is called after each commit."""

    def __init__(
        self,
        database: Database,
        clock: HubClock,
        *,
        deduplication_seconds: float,
        reopen_seconds: float,
        queue_limit: int,
        on_commit: Callable[[], None],
        damping: Damping = NEVER,
    ) -> None:
        self._database = database
        self._clock = clock
        self._windows = Windows(
            int(deduplication_seconds * SECOND), int(reopen_seconds * SECOND), damping=damping
        )
        self._on_commit = on_commit
        self._turns = Turns()
        self._group: GroupCommit[Submission, Result] = GroupCommit(
            self._commit,
            weigh=lambda submission: len(submission.alerts) or 1,
            queue_limit=queue_limit,
            batch_limit=_BATCH,
            not_alone=(DatabaseUnavailableError,),
            ahead=_AHEAD if database.dialect == "sqlite" else None,
        )

    async def admit(self, size: int) -> None:
        """Wait until a body of `size` bytes may be parsed. Raises `OverloadedError` when that would be in vain."""
        self._group.check_room()
        await self._turns.take(size)

    async def submit(
        self, alerts: Sequence[Alert], *, delivery_key: str = "", body: bytes = b""
    ) -> list[Ack]:
        """Store the alerts; return, in order, what became of each, once all of it is durable.

        Raises `DatabaseUnavailableError`, `OverloadedError` (both: try again), `DeliveryConflictError`.
        """
        body_hash = blake2b(body, digest_size=16).hexdigest() if delivery_key else ""
        submission = Submission([prepare(alert) for alert in alerts], delivery_key[:300], body_hash)
        result = await self._group.submit(submission)
        if isinstance(result, Exception):
            raise result
        return result

    async def resolve_expired(self) -> int:
        """End the incidents whose alerts' time to live has passed; return how many."""
        ended = await self._database.write(partial(resolve_expired, now=self._clock.micros()))
        if ended:
            self._on_commit()
        return ended

    async def drain(self) -> None:
        """Wait until nothing waits for a commit."""
        await self._group.drain()

    async def _commit(self, submissions: Sequence[Submission]) -> list[Result]:
        work = partial(
            commit_submissions, submissions=submissions, windows=self._windows, now=self._clock.micros()
        )
        results = await self._database.write_apart(work)
        self._on_commit()
        return results
