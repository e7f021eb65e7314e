"""What became of a plugin, and how its calls have gone since."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

__all__ = ["PluginRecord", "PluginStatus"]

REMEMBERED_CALLS = 512
PROBLEM_LENGTH = 1000


class PluginStatus(StrEnum):
    """The one word for a plugin's state."""

    ACTIVE = "active"
    DISABLED = "disabled"
    BLOCKED = "blocked"
    INCOMPATIBLE = "incompatible"
    MISCONFIGURED = "misconfigured"
    FAILED = "failed"
    DEGRADED = "degraded"


@dataclass(slots=True)
class PluginRecord:
    """One plugin as people see it in the CLI and in GraphQL. `mend` is the command that mends it."""

    name: str
    distribution: str
    version: str
    status: PluginStatus
    reason: str = ""
    hooks: tuple[str, ...] = ()
    mend: str = ""
    calls: int = 0
    errors: int = 0
    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED_CALLS), repr=False)
    _open: set[str] = field(default_factory=set, repr=False)
    _problem: str = field(default="", repr=False)

    def count(self, seconds: float, *, failed: bool) -> None:
        """Note one finished call."""
        self.calls += 1
        self.errors += failed
        self._seconds.append(seconds)

    def note_circuit(self, circuit: str, is_open: bool) -> None:
        """A circuit of this plugin opened or closed: one open is enough to call it degraded."""
        (self._open.add if is_open else self._open.discard)(circuit)
        self._weigh()

    def note_problem(self, problem: str) -> None:
        """What the plugin itself says is wrong at present; empty when nothing is."""
        self._problem = problem[:PROBLEM_LENGTH]
        self._weigh()

    def _weigh(self) -> None:
        if not self.serving:
            return
        told = [f"not called at present: {', '.join(sorted(self._open))} kept failing"] if self._open else []
        told += [self._problem] if self._problem else []
        self.status = PluginStatus.DEGRADED if told else PluginStatus.ACTIVE
        self.reason = "; ".join(told)

    @property
    def p50(self) -> float:
        """The median duration of the latest calls, in seconds."""
        return self._quantile(0.5)

    @property
    def p95(self) -> float:
        """What 95 of 100 of the latest calls stayed within, in seconds."""
        return self._quantile(0.95)

    @property
    def serving(self) -> bool:
        """Whether the hub uses this plugin."""
        return self.status in (PluginStatus.ACTIVE, PluginStatus.DEGRADED)

    def _quantile(self, share: float) -> float:
        ordered = sorted(self._seconds)
        return ordered[ceil(share * len(ordered)) - 1] if ordered else 0.0
