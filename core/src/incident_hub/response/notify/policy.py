"""What a way asks for: how fast, how often again, and what goes out together."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub.host.config import ChannelConfig, NotifyConfig, NotifyTarget

__all__ = ["Policy", "policy_of", "wait_after"]

_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Policy:
    """Rates are messages a minute, 0 is none; times are seconds."""

    per_minute: float
    per_place: float
    burst: int
    group_wait: float
    group_interval: float
    by_receiver: bool
    urgent_too: bool
    retries: Sequence[float]

    @property
    def groups(self) -> bool:
        """Whether messages are held, to go out together."""
        return self.group_wait > 0 or self.group_interval > 0


def policy_of(config: NotifyConfig, channel: str, target: NotifyTarget | None = None) -> Policy:
    """What the channel's configuration says, and over it that of one target."""
    found = config.channels.get(channel) or ChannelConfig()
    own = target or NotifyTarget(channel)
    return Policy(
        per_minute=found.per_minute,
        per_place=_first(own.per_minute, found.per_receiver_per_minute),
        burst=found.burst,
        group_wait=_first(own.group_wait_seconds, found.group_wait_seconds),
        group_interval=_first(own.group_interval_seconds, found.group_interval_seconds),
        by_receiver=found.group_by == "receiver",
        urgent_too=found.group_urgent,
        retries=found.retry_seconds or config.retry_seconds,
    )


def wait_after(failures: int, policy: Policy, least: float | None) -> float | None:
    """The seconds until the next try, spread a little, never less than was asked for; None: no more."""
    if failures > len(policy.retries):
        return None
    return max(policy.retries[failures - 1] * random.uniform(1 - _JITTER, 1 + _JITTER), least or 0.0)


def _first(own: float | None, shared: float) -> float:
    return shared if own is None else own
