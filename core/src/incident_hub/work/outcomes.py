"""How a job ends, and when one that failed is tried again."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND

__all__ = ["BatchHandler", "Done", "Effects", "GiveUp", "Handler", "Later", "Retry", "backoff_micros"]

_BASE_SECONDS = 0.5
_CAP_SECONDS = 300.0


Effects = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Done:
    """A job well done. `effects` are written in the one transaction that also ends the job.

    `apart` says that they are a module's function over plain values, which another process can run.
    """

    effects: Effects | None = None
    result: str | None = None
    apart: bool = False


class Retry(Exception):  # noqa: N818 - it is not an error, it asks for another try
    """The job could not be done now; `after` seconds, when given, are the least to wait."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class GiveUp(Exception):  # noqa: N818 - it asks to stop
    """The job can never be done; it becomes a dead letter, and `effects` are written with that."""

    def __init__(self, reason: str, effects: Effects | None = None) -> None:
        super().__init__(reason)
        self.effects = effects


class Later(Exception):  # noqa: N818 - it asks for another time
    """The job's time has not come: it is put back for `after` seconds, and this try does not count.

    What a job's own kind counts and limits is up to its handler; `effects` are written with it. A `reason`
    says what went wrong, nothing that all is well.
    """

    def __init__(self, reason: str, after: float, effects: Effects | None = None) -> None:
        super().__init__(reason)
        self.after = after
        self.effects = effects


Handler = Callable[[Job], Awaitable[Done]]
BatchHandler = Callable[[Sequence[Job]], Awaitable[Done]]


def backoff_micros(attempt: int, after: float | None) -> int:
    """Exponential backoff with full jitter, from half a second up to five minutes, never less than `after`."""
    ceiling = min(_CAP_SECONDS, _BASE_SECONDS * 2 ** min(attempt, 20))
    return int(max(random.uniform(0, ceiling), after or 0.0) * SECOND)
