"""What a playbook says. The dataclasses are its YAML; `setting` describes each key for the JSON schema.

A key that is a word of Python has an underscore behind it here and none in YAML: `if_` is `if`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from incident_hub_hookspecs import ConfigError, IncidentState, IncidentType, setting

from incident_hub.domain.playbooks.durations import seconds_of
from incident_hub.domain.receivers import Receiver, ReceiverError, ReceiverKind

__all__ = [
    "CONTINUE", "ESCALATE", "GOTO", "LOOP_MOST", "NAME", "STOP", "UNDO", "Approval", "Limits", "Playbook", "Retry",
    "Step", "Trigger", "TriggerKind", "goto_of",
]  # fmt: skip

NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,47}")
CONTINUE, STOP, ESCALATE, UNDO, GOTO = "continue", "stop", "escalate", "undo", "goto "
LOOP_MOST = 200  # what `most` of a foreach may say
_SEVERITIES = ("P0", "P1", "P2", "P3", "P4")


def _nothing() -> Mapping[str, object]:
    return MappingProxyType({})


def goto_of(text: str) -> str | None:
    """The step that `goto NAME` names; None for anything else."""
    return text.removeprefix(GOTO).strip() if text.startswith(GOTO) else None


@dataclass(frozen=True, slots=True)
class Retry:
    """When a step that failed is tried again: only one whose failure is known, or whose action is idempotent."""

    times: int = setting("How often at most, after the first try.", least=1, most=20)
    backoff: str = setting(
        "fixed waits `delay` each time, linear n times as long, exponential twice as long each time.",
        default="exponential",
        choices=("fixed", "linear", "exponential"),
    )
    delay: str = setting("Before the second try.", default="5s")
    most: str = setting("The longest wait.", default="5m")

    def __post_init__(self) -> None:
        """Refuse what is no duration."""
        seconds_of(self.delay, "delay")
        seconds_of(self.most, "most")

    def wait_seconds(self, tries: int) -> float:
        """How long to wait after so many tries, the first included."""
        factor: int = {"fixed": 1, "linear": tries, "exponential": 2 ** (tries - 1)}[self.backoff]
        return min(seconds_of(self.delay) * factor, seconds_of(self.most))


@dataclass(frozen=True, slots=True)
class Approval:
    """People must agree first. Whoever asked for the run never counts, and nothing is ever approved by time."""

    approvers: tuple[str, ...] = setting(
        "Who may, and is asked: `user:ann`, `team:platform`, `schedule:primary`. Nobody named: anybody may.",
        default=(),
        most=20,
    )
    count: int = setting("How many must agree.", default=1, least=1, most=10)
    timeout: str = setting("How long they are waited for.", default="1h")
    on_expiry: str = setting(
        "reject ends it; escalate tells more people and goes on waiting; wait goes on waiting.",
        default="reject",
        choices=("reject", "escalate", "wait"),
    )
    message: str = setting("What they are told.", default="", most=2000)

    def __post_init__(self) -> None:
        """Refuse approvers who cannot be asked."""
        seconds_of(self.timeout, "timeout")
        for index, text in enumerate(self.approvers):
            try:
                kind = Receiver.parse(text).kind
            except ReceiverError as error:
                raise ConfigError(str(error), f"approvers[{index}]") from None
            if kind is ReceiverKind.TARGET:
                raise ConfigError(
                    "a notify target cannot approve; name a user, a team or a schedule", f"approvers[{index}]"
                )


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an `action`, several steps in `parallel`, or `steps` for each of some items."""

    id: str = setting("Its name in the playbook, [a-z0-9_].", least=1, most=48)
    description: str = setting("For people.", default="", most=2000)
    action: str = setting("A plugin's action, or one of the hub's own.", default="", most=128)
    params: Mapping[str, object] = field(default_factory=_nothing)
    parallel: tuple["Step", ...] = setting("Steps that run side by side.", default=(), most=20)
    foreach: object = setting("A list, or an expression that is one.", default=None)
    as_: str = setting("What an item is called in the steps.", default="item", least=1, most=48)
    most: int | None = setting(
        "How many items at most; foreach needs it.", default=None, least=1, most=LOOP_MOST
    )
    concurrency: int = setting("How many items are worked on at once.", default=1, least=1, most=20)
    steps: tuple["Step", ...] = setting("What is done for each item.", default=(), most=50)
    if_: str = setting("CEL; the step is skipped unless it is true.", default="", most=2000)
    timeout: str = setting("How long one try may take.", default="")
    retry: Retry | None = None
    target: str = setting(
        "What it works on: of steps with one target, one runs at a time.", default="", most=500
    )
    approval: Approval | None = None
    on_success: str = setting("continue, stop, or goto STEP.", default=CONTINUE, most=64)
    on_failure: str = setting("stop, continue, goto STEP, escalate, or undo.", default=STOP, most=64)

    def __post_init__(self) -> None:
        """Refuse what is no step, or several at once."""
        if not STEP_ID.fullmatch(self.id):
            raise ConfigError("a step's id is a letter and then letters, digits and _, in lower case", "id")
        if not STEP_ID.fullmatch(self.as_):
            raise ConfigError("a name is a letter and then letters, digits and _, in lower case", "as")
        if self.timeout:
            seconds_of(self.timeout, "timeout")
        self._check_kind()
        _check_way(self.on_success, "on_success", (CONTINUE, STOP))
        _check_way(self.on_failure, "on_failure", (CONTINUE, STOP, ESCALATE, UNDO))

    def _check_kind(self) -> None:
        kinds = [
            name for name in ("action", "parallel", "foreach") if getattr(self, name) not in ("", (), None)
        ]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            raise ConfigError(f"a step has one of action, parallel and foreach; this one has {found}", "")
        if self.steps and self.foreach is None:
            raise ConfigError(
                "steps belong to foreach; use parallel, or write them one after the other", "steps"
            )
        if self.foreach is None:
            return
        if self.most is None:
            raise ConfigError(f"foreach needs a bound: add `most`, at most {LOOP_MOST}", "foreach")
        if not self.steps:
            raise ConfigError("foreach needs steps to do for each item", "steps")

    @property
    def inner(self) -> tuple["Step", ...]:
        """The steps in it."""
        return self.parallel or self.steps

    def walk(self) -> Iterator["Step"]:
        """The step and all in it."""
        yield self
        for one in self.inner:
            yield from one.walk()


def _check_way(text: str, key: str, allowed: tuple[str, ...]) -> None:
    if text not in allowed and not goto_of(text):
        raise ConfigError(f"must be one of {', '.join(allowed)} or goto STEP, not {text[:40]!r}", key)


class TriggerKind:
    """What can start a playbook."""

    CREATED = "incident_created"
    STATE = "state_changed"
    SEVERITY = "severity_changed"
    ESCALATED = "escalated"
    GROUPED = "grouped"
    SCHEDULE = "schedule"
    MANUAL = "manual"
    ALL = (CREATED, STATE, SEVERITY, ESCALATED, GROUPED, SCHEDULE, MANUAL)


@dataclass(frozen=True, slots=True)
class Trigger:
    """When the playbook runs by itself. Every condition that is given must hold; of several triggers one will do.

    `schedule` looks at all active incidents `every` so long; `manual` lets nothing start it but people.
    """

    on: str = setting("What happens.", choices=TriggerKind.ALL)
    severities: tuple[str, ...] = setting("The incident's severity.", default=(), choices=_SEVERITIES)
    types: tuple[str, ...] = setting(
        "The incident's type.", default=(), choices=tuple(one.value for one in IncidentType)
    )
    states: tuple[str, ...] = setting(
        "The incident's state, of state_changed the new one.",
        default=(),
        choices=tuple(one.value for one in IncidentState),
    )
    sources: tuple[str, ...] = setting("Who reported it.", default=(), most=50)
    min_level: int | None = setting("The least escalation level.", default=None, least=1, most=100)
    min_group_size: int | None = setting("The least size of its group.", default=None, least=2, most=10_000)
    every: str = setting("Of schedule: how often.", default="")
    when: str = setting("CEL over the incident.", default="", most=2000)

    def __post_init__(self) -> None:
        """Refuse a schedule without a period, and a period without a schedule."""
        if (self.on == TriggerKind.SCHEDULE) is not bool(self.every):
            raise ConfigError("schedule, and nothing else, says every so often: `every: 10m`", "every")
        if self.every and seconds_of(self.every, "every") < 10:
            raise ConfigError("at least 10s", "every")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of it at once, and how often by itself."""

    concurrent: int = setting("Runs at once; more wait.", default=10, least=1, most=1000)
    runs_per_hour: int = setting(
        "Automatic runs an hour; more are not begun.", default=20, least=1, most=10_000
    )
    target: str = setting(
        "What a run works on: of runs with one target, one at a time.", default="", most=500
    )
    target_runs_per_hour: int | None = setting(
        "Automatic runs an hour for one target; more are not begun.", default=None, least=1, most=10_000
    )


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook. `version` is not in here: the hub numbers what is saved."""

    name: str = setting("Its name, [a-z0-9_-].", least=1, most=63)
    steps: tuple[Step, ...] = setting("In their order.", least=1, most=100)
    description: str = setting("For people.", default="", most=10_000)
    owner: str = setting("Who is paged when it escalates or needs somebody: a receiver.", default="")
    enabled: bool = setting("Whether triggers start it.", default=True)
    dry_run: bool = setting("Whether automatic runs only show what they would do.", default=False)
    tags: tuple[str, ...] = setting("For finding it.", default=(), most=50)
    triggers: tuple[Trigger, ...] = setting("Without one, people start it.", default=(), most=20)
    variables: Mapping[str, object] = field(default_factory=_nothing)
    timeout: str = setting("How long a run may take, waits and approvals included.", default="1h")
    approval: Approval | None = None
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        """Refuse names that cannot be."""
        if not NAME.fullmatch(self.name):
            raise ConfigError("a name is a letter and then letters, digits, _ and -, in lower case", "name")
        for name in self.variables:
            if not STEP_ID.fullmatch(name):
                raise ConfigError(
                    "a variable's name is a letter and then letters, digits and _", f"variables.{name}"
                )
        seconds_of(self.timeout, "timeout")
        if self.owner:
            try:
                Receiver.parse(self.owner)
            except ReceiverError as error:
                raise ConfigError(str(error), "owner") from None

    def walk(self) -> Iterator[Step]:
        """All steps, those inside others too."""
        for one in self.steps:
            yield from one.walk()
