"""One thing the hub must do outside, or later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

__all__ = ["LONGEST_KEY", "Job", "NewJob", "Priority", "job_key"]

LONGEST_KEY = 200


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


def job_key(*parts: str) -> str:
    """The parts with colons between them; what would be too long ends in a digest of all of it."""
    key = ":".join(parts)
    if len(key) <= LONGEST_KEY:
        return key
    digest = sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{key[: LONGEST_KEY - 33]}#{digest}"
