"""The course of a run through its policy. Rules only: nothing here reads or writes."""

from dataclasses import dataclass

from incident_hub.domain.escalation import EscalationLevel, EscalationPolicy
from incident_hub.domain.times import SECOND

__all__ = ["Place", "after_level", "begin", "past_end"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run waits: for a level of a round (its index, from 0), `wait` microseconds from now.

    An index that is the number of levels is the end of a round.
    """

    level: int
    round: int
    wait: int

    def fires(self, policy: EscalationPolicy) -> EscalationLevel | None:
        """The level that fires here; None at the end of a round."""
        return policy.levels[self.level] if self.level < len(policy.levels) else None


def begin(policy: EscalationPolicy, round_: int = 0) -> Place:
    """Before the first level."""
    return Place(0, round_, _micros(policy.levels[0].delay_seconds))


def after_level(policy: EscalationPolicy, level: int, round_: int) -> Place:
    """Where the run waits once this level has fired, or passed."""
    following = level + 1
    if following < len(policy.levels):
        return Place(following, round_, _micros(policy.levels[following].delay_seconds))
    return Place(following, round_, _micros(policy.wait_seconds))


def past_end(policy: EscalationPolicy, round_: int) -> Place | None:
    """Where it goes on when a round's end is reached; None: this policy has nothing more to offer."""
    return begin(policy, round_ + 1) if round_ < policy.repeat else None


def _micros(seconds: float) -> int:
    return int(seconds * SECOND)
