"""The transaction in which jobs end, with what they wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND
from incident_hub.work.lease import complete, database_now, defer, held, postpone, release
from incident_hub.work.outcomes import Done, Effects, GiveUp, Later, Retry, backoff_micros

__all__ = ["Ended", "write_ends"]

_ERROR_LENGTH = 2000
_Over = tuple[Job, str, str | None, str | None]


@dataclass(slots=True)
class Ended:
    """One call and how it ended. `jobs` are several when they ran together; only then all must be held."""

    jobs: tuple[Job, ...]
    done: Done | None = None
    error: BaseException | None = None
    written: bool = False

    @property
    def apart(self) -> bool:
        """Whether it can be written by another process."""
        return self.done is not None and self.done.apart


def write_ends(connection: Connection, batch: Sequence[Ended], hub_now: int, max_attempts: int) -> None:
    """End the jobs whose leases are still ours; of jobs that ran together all or none."""
    now = database_now(connection, hub_now)
    ours = held(connection, [job for ended in batch for job in ended.jobs])
    over: list[_Over] = []
    effects: list[Effects] = []
    for ended in batch:
        mine = [job for job in ended.jobs if job.id in ours]
        if len(mine) < len(ended.jobs):
            release(connection, mine, now)
        elif ended.done is not None:
            effects += [ended.done.effects] if ended.done.effects is not None else []
            over.extend((job, "done", ended.done.result, None) for job in mine)
        else:
            over.extend(_failed(connection, ended, now, max_attempts))
    complete(connection, over, now)
    for write in effects:  # last, so that what they lock is not locked for long
        write(connection)


def _failed(connection: Connection, ended: Ended, now: int, max_attempts: int) -> list[_Over]:
    """Put a failed job back, or say that it is dead."""
    (job,), error = ended.jobs, ended.error
    if isinstance(error, Later):
        _apply(connection, error.effects)
        defer(connection, [(job, now + int(error.after * SECOND), _text(error) or None)])
        return []
    if isinstance(error, GiveUp) or job.attempts >= max_attempts:
        _apply(connection, getattr(error, "effects", None))
        return [(job, "dead", None, _text(error))]
    after = error.after if isinstance(error, Retry) else None
    postpone(connection, [(job, now + backoff_micros(job.attempts, after), _text(error))])
    return []


def _apply(connection: Connection, effects: Effects | None) -> None:
    if effects is not None:
        effects(connection)


def _text(error: BaseException | None) -> str:
    name = "" if isinstance(error, (Retry, GiveUp, Later)) else f"{type(error).__name__}: "
    return f"{name}{error}"[:_ERROR_LENGTH]
