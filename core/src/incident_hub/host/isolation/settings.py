"""Which plugins run in processes of their own, and the keys of the host that say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from sys import platform

from incident_hub_hookspecs import ConfigError

from incident_hub.host.discovery import Candidate, is_bundled

__all__ = [
    "ISOLATION_KEY",
    "LEAST_MEMORY",
    "MEMORY_KEY",
    "USUAL_MEMORY",
    "WAYS",
    "IsolationSettings",
    "isolation_of",
]

ISOLATION_KEY, MEMORY_KEY = "isolation", "memory_mb"
WAYS = ("in_process", "process")
LEAST_MEMORY, USUAL_MEMORY = 128, 512


@dataclass(frozen=True, slots=True)
class IsolationSettings:
    """That a plugin runs in a process of its own, and how much memory that may take."""

    memory_mb: int


def isolation_of(candidate: Candidate, options: Mapping[str, object], usual: str) -> IsolationSettings | None:
    """What the configuration says of this plugin; None for one that runs in the hub's process.

    `usual` is the hub's `plugin_isolation`. Raises `ConfigError`.
    """
    name = candidate.name
    memory = _memory(options.get(MEMORY_KEY, USUAL_MEMORY), f"plugins.{name}.{MEMORY_KEY}")
    way = options.get(ISOLATION_KEY)
    if way is not None and way not in WAYS:
        raise ConfigError(f"must be one of {', '.join(WAYS)}", f"plugins.{name}.{ISOLATION_KEY}")
    if (way is None and not _usually(candidate, usual)) or way == "in_process":
        return None
    _refuse_impossible(candidate)
    return IsolationSettings(memory)


def _usually(candidate: Candidate, usual: str) -> bool:
    """Whether the hub's own setting isolates it; an object that was given has no place to go."""
    if not candidate.target or usual == "in_process":
        return False
    return usual == "process" or not is_bundled(candidate.distribution)


def _memory(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < LEAST_MEMORY:
        raise ConfigError(f"must be a whole number of megabytes, at least {LEAST_MEMORY}", path)
    return value


def _refuse_impossible(candidate: Candidate) -> None:
    path = f"plugins.{candidate.name}.{ISOLATION_KEY}"
    if not candidate.target:
        raise ConfigError("an object given by the program cannot run in another process", path)
    if platform == "win32":
        raise ConfigError("processes of their own need a POSIX system; set this to `in_process`", path)
