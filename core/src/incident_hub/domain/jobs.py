"""One thing the hub must do outside, or later."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Job", "NewJob", "Priority"]


class Priority:
    """Lanes: a lower number is claimed first, so a flood of one lane never delays a lower one."""

    PAGE = 0
    NORMAL = 2
    TRIAGE = 4
    BULK = 6


@dataclass(frozen=True, slots=True)
class NewJob:
    """An intent, written in the transaction that caused it. With a `key`, a second one is not written."""

    kind: str
    payload: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None
    incident_id: str | None = None
    run_at: int = 0  # microseconds; 0 is at once
    priority: int = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. `attempts` counts this try too; `token` fences off a worker that lost its lease."""

    id: str
    kind: str
    key: str | None
    incident_id: str | None
    payload: Mapping[str, object]
    attempts: int
    token: int
