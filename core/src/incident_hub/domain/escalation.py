"""Escalation policies: who is told, level by level, until somebody takes the incident on.

A policy is read from a mapping by `host.config_tree.build`, from a file or an API alike; what is wrong is a
`ConfigError` with the path of the key.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from incident_hub_hookspecs import ConfigError, setting

from incident_hub.domain.conditions import ConditionError, compile_condition
from incident_hub.domain.receivers import LONGEST_ID, Receiver, ReceiverError

__all__ = [
    "LIVE", "LONGEST_CONDITION", "EscalationLevel", "EscalationPolicy", "EscalationTarget", "RunState",
    "check_policy_id",
]  # fmt: skip

DAY = 86_400
WEEK = 7 * DAY
LONGEST_CONDITION = 2000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


class RunState:
    """Where a run of a policy stands. While it is live, the incident has no other run."""

    ACTIVE = "active"
    PAUSED = "paused"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


LIVE = (RunState.ACTIVE, RunState.PAUSED, RunState.ACKNOWLEDGED)


def check_policy_id(text: str, path: str = "id") -> str:
    """The id, if it is one: letters, digits, `.`, `_` and `-`; raises `ConfigError`."""
    if len(text) > LONGEST_ID or not _ID.fullmatch(text):
        raise ConfigError(
            f"{text[:80]!r} is no id: it has letters, digits, '.', '_' and '-', at most {LONGEST_ID}", path
        )
    return text


@dataclass(frozen=True, slots=True)
class EscalationTarget:
    """One that is told: a `receiver`, as `user:ann` or `schedule:primary`, or a `webhook`, an http(s) URL.

    The receivers of `fallback` are tried in turn when nobody can be found behind it. `channels` come before
    those of the level.
    """

    receiver: str = ""
    webhook: str = setting(default="", secret=True, most=2000)
    fallback: tuple[str, ...] = setting(default=(), most=10)
    channels: tuple[str, ...] = setting(default=(), most=20)

    def __post_init__(self) -> None:
        """Exactly one of the two, and every receiver is one."""
        if bool(self.receiver) == bool(self.webhook):
            raise ConfigError("give either a receiver or a webhook", "receiver")
        if self.webhook:
            _check_webhook(self.webhook)
        else:
            _check_receiver(self.receiver, "receiver")
        for index, text in enumerate(self.fallback):
            _check_receiver(text, f"fallback[{index}]")

    @property
    def name(self) -> str:
        """As the timeline names it: of a webhook the host only, for its path may be secret."""
        return self.receiver or f"webhook:{urlsplit(self.webhook).hostname}"


@dataclass(frozen=True, slots=True)
class EscalationLevel:
    """Fires `delay_seconds` after the level before it; the first one so long after the start.

    With a `condition` that does not hold when its time comes, it passes without a page.
    """

    targets: tuple[EscalationTarget, ...] = setting(least=1, most=50)
    name: str = setting(default="", most=200)
    delay_seconds: float = setting(default=0, least=0, most=WEEK)
    channels: tuple[str, ...] = setting(default=(), most=20)
    condition: str = setting(default="", most=LONGEST_CONDITION)

    def __post_init__(self) -> None:
        """The condition is one."""
        _check_condition(self.condition)


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """Levels in their order. `wait_seconds` after the last one it begins again, `repeat` times.

    Then it goes on with `next_policy`, if there is one. `condition` says for which incidents it starts at
    all. Who acknowledges stops it; with `repage_seconds` it pages again when the incident is not resolved so
    long after that.
    """

    id: str
    levels: tuple[EscalationLevel, ...] = setting(least=1, most=50)
    name: str = setting(default="", most=200)
    description: str = setting(default="", most=2000)
    enabled: bool = True
    condition: str = setting(default="", most=LONGEST_CONDITION)
    repeat: int = setting(default=0, least=0, most=20)
    wait_seconds: float = setting(default=300, least=10, most=WEEK)
    repage_seconds: float | None = setting(default=None, least=60, most=30 * DAY)
    next_policy: str = ""

    def __post_init__(self) -> None:
        """Ids are ids, the condition is one; a policy is not its own next one."""
        check_policy_id(self.id)
        _check_condition(self.condition)
        if self.next_policy:
            check_policy_id(self.next_policy, "next_policy")
        if self.next_policy == self.id:
            raise ConfigError("a policy cannot go on with itself; `repeat` begins it again", "next_policy")


def _check_condition(text: str) -> None:
    try:
        if text:
            compile_condition(text)
    except ConditionError as error:
        raise ConfigError(str(error), "condition") from error


def _check_receiver(text: str, path: str) -> None:
    try:
        Receiver.parse(text)
    except ReceiverError as error:
        raise ConfigError(str(error), path) from error


def _check_webhook(url: str) -> None:
    """Whether it is an address at all; where it leads is checked when it is called."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()
    except ValueError:
        sound = False
    if not sound or " " in url:
        raise ConfigError("is no http(s) URL", "webhook")
