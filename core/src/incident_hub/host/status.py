"""What became of a plugin, and how its calls have gone since."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from incident_hub.host.circuit import Circuit
from incident_hub.host.environment import typed
from incident_hub.host.figures import CallFigures

__all__ = ["REFUSED", "EndpointRecord", "PluginRecord", "PluginStatus"]

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


REFUSED = (PluginStatus.BLOCKED, PluginStatus.DISABLED)  # somebody wants it so


@dataclass(slots=True)
class EndpointRecord(CallFigures):
    """One service that a plugin calls. `tries` counts requests sent, so it is above `calls` after repeats."""

    name: str
    host: str
    circuit: Circuit
    tries: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    trouble: str = ""


@dataclass(slots=True)
class PluginRecord(CallFigures):
    """One plugin as people see it in the CLI, in GraphQL and in metrics. `mend` is the command that mends it.

    `remark` is what there is to say of a plugin whatever its status: that it waits for a restart, or kept its
    old settings because the new ones are wrong. `circuits` are those of its own calls, by name; `endpoints`
    the services that it calls. `isolated` says that it runs in a process of its own; `restarts` is how often
    that was replaced, and `last_restart` why it was.
    """

    name: str
    distribution: str
    version: str
    status: PluginStatus
    reason: str = ""
    hooks: tuple[str, ...] = ()
    mend: str = ""
    remark: str = ""
    circuits: dict[str, Circuit] = field(default_factory=dict, repr=False)
    endpoints: dict[str, EndpointRecord] = field(default_factory=dict, repr=False)
    isolated: bool = False
    restarts: int = 0
    last_restart: str = ""
    _open: set[str] = field(default_factory=set, repr=False)
    _problem: str = field(default="", repr=False)
    _down: str = field(default="", repr=False)
    _unheard: str = field(default="", repr=False)

    def note_restart(self, reason: str) -> None:
        """The plugin's own process was ended or has died."""
        self.restarts += 1
        self.last_restart = reason

    def note_down(self, trouble: str) -> None:
        """Its own process cannot be started at present; empty when it serves again."""
        self._down = trouble
        self._weigh()

    def note_unheard(self, trouble: str) -> None:
        """Why it did not take the events of the timeline; empty when it took them."""
        if self._unheard != trouble:
            self._unheard = trouble
            self._weigh()

    def fail(self, reason: str, mend: str = "") -> None:
        """It does not serve any more; without a better mend it takes another version, or blocking it."""
        self.status, self.reason = PluginStatus.FAILED, reason
        upgrade = typed("install", "--upgrade", self.distribution)
        self.mend = mend or f"{upgrade}, or incident-hub plugins disable {self.name}"

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
        told += filter(None, [self._down, *(one.trouble for one in self.endpoints.values()), self._problem])
        told += [f"events wait: {self._unheard}"] if self._unheard else []
        self.status = PluginStatus.DEGRADED if told else PluginStatus.ACTIVE
        self.reason = "; ".join(told)
        self.mend = f"incident-hub plugins show {self.name}" if told else ""

    @property
    def bad(self) -> bool:
        """Whether somebody should do something about it."""
        return self.status is not PluginStatus.ACTIVE and self.status not in REFUSED

    def note_endpoint(self, endpoint: EndpointRecord, trouble: str) -> None:
        """A call of an endpoint ended, in trouble or (empty) well."""
        if endpoint.trouble != trouble:
            endpoint.trouble = trouble
            self._weigh()

    @property
    def serving(self) -> bool:
        """Whether the hub uses this plugin."""
        return self.status in (PluginStatus.ACTIVE, PluginStatus.DEGRADED)
