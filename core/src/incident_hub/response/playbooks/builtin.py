"""The hub's own actions: what each is called in a playbook, and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from incident_hub_hookspecs import ConfigError, setting

from incident_hub.domain.playbooks.durations import seconds_of
from incident_hub.domain.receivers import Receiver, ReceiverError

__all__ = [
    "BUILTIN", "Comment", "Escalate", "LowerSeverity", "Nested", "Notify", "RaiseSeverity", "Resolve", "Verify",
    "Wait",
]  # fmt: skip


def _nothing() -> Mapping[str, object]:
    return MappingProxyType({})


def _check_receivers(texts: tuple[str, ...]) -> None:
    for index, text in enumerate(texts):
        try:
            Receiver.parse(text)
        except ReceiverError as error:
            raise ConfigError(str(error), f"receivers[{index}]") from None


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on after a while, whatever becomes of the hub meanwhile."""

    seconds: str = setting("How long: 30s, 5m, 1h.")

    def __post_init__(self) -> None:
        """Refuse what is no duration."""
        seconds_of(self.seconds, "seconds")


@dataclass(frozen=True, slots=True)
class Verify:
    """Watch the signal that fired. It has recovered when its source says so, or is silent for `quiet` at the end.

    Recovered within the window: the incident is resolved, method Automated, unless `resolve` is false. Not
    recovered: the step fails, which undoes what can be undone and escalates, unless `on_failure` says otherwise.
    """

    window: str = setting("How long it is watched.", default="10m")
    quiet: str = setting(
        "For sources that never report an end: how long no alert may have come.", default="5m"
    )
    resolve: bool = setting("Whether to resolve the incident when it has recovered.", default=True)

    def __post_init__(self) -> None:
        """Refuse a quiet time that the window has no room for."""
        if seconds_of(self.quiet, "quiet") > seconds_of(self.window, "window"):
            raise ConfigError("longer than the window", "quiet")


@dataclass(frozen=True, slots=True)
class Resolve:
    """Resolve the incident, method Automated."""

    notes: str = setting("What was done.", default="", most=10_000)
    root_cause: str = setting("Why it happened.", default="", most=10_000)


@dataclass(frozen=True, slots=True)
class RaiseSeverity:
    """Make the incident more urgent, by one step or up to `to`."""

    to: str = setting(
        "P0 to P4; one step without it.", default="", choices=("", "P0", "P1", "P2", "P3", "P4")
    )
    reason: str = setting("Why.", default="", most=10_000)


@dataclass(frozen=True, slots=True)
class LowerSeverity:
    """Make the incident less urgent, by one step or down to `to`."""

    to: str = setting(
        "P0 to P4; one step without it.", default="", choices=("", "P0", "P1", "P2", "P3", "P4")
    )
    reason: str = setting("Why.", default="", most=10_000)


@dataclass(frozen=True, slots=True)
class Notify:
    """Page people, a team, who is on call, or a configured target."""

    receivers: tuple[str, ...] = setting("As `team:platform`.", least=1, most=20)
    message: str = setting("What they are told; it stands on the timeline too.", default="", most=4000)
    channels: tuple[str, ...] = setting("Which channels; each one's own choice without.", default=(), most=10)

    def __post_init__(self) -> None:
        """Refuse receivers that nobody can be."""
        _check_receivers(self.receivers)


@dataclass(frozen=True, slots=True)
class Escalate:
    """Raise the escalation level and page the receivers, or without any the playbook's owner."""

    reason: str = setting("Why.", least=1, most=10_000)
    receivers: tuple[str, ...] = setting("As `schedule:secondary`.", default=(), most=20)

    def __post_init__(self) -> None:
        """Refuse receivers that nobody can be."""
        _check_receivers(self.receivers)


@dataclass(frozen=True, slots=True)
class Comment:
    """Write a remark on the timeline."""

    text: str = setting("What to write.", least=1, most=10_000)


@dataclass(frozen=True, slots=True)
class Nested:
    """Run another playbook to its end; its outcome is the step's. It may not lead back to this one."""

    name: str = setting("The playbook.", least=1, most=63)
    variables: Mapping[str, object] = field(default_factory=_nothing)


BUILTIN: Mapping[str, type[Any]] = MappingProxyType(
    {
        "wait": Wait,
        "verify": Verify,
        "resolve": Resolve,
        "raise_severity": RaiseSeverity,
        "lower_severity": LowerSeverity,
        "notify": Notify,
        "escalate": Escalate,
        "comment": Comment,
        "playbook": Nested,
    }
)
