"""What comes of a receiver: people, contact methods and moments; and who is not told, always with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from incident_hub.domain.receivers import Receiver

__all__ = ["Reach", "Resolution", "Unreached", "WhyNot", "together"]


class WhyNot(StrEnum):
    """Why somebody is not told."""

    UNKNOWN_USER = "unknown_user"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_SCHEDULE = "unknown_schedule"
    UNKNOWN_TARGET = "unknown_target"
    EMPTY_TEAM = "empty_team"
    NOBODY_ON_CALL = "nobody_on_call"
    NO_CONTACT = "no_contact"
    NOT_WANTED = "not_wanted"  # by the user's own preferences


@dataclass(frozen=True, slots=True)
class Reach:
    """One notification to write: to whom, on which channel (a notifier plugin's name), at which address.

    `not_before` is in microseconds since 1970, 0 for at once; `waits` says why it is not at once. `because`
    says why it is this person, `note` what is odd about the way. `target` is there in place of an address
    for a target of the configuration. `person` is empty for a team's own contacts and for targets.
    """

    person: str
    channel: str
    address: str
    contact: str = ""
    not_before: int = 0
    waits: str = ""
    because: str = ""
    note: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who should have been told and is not. `who` is a receiver as text."""

    who: str
    code: WhyNot
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a receiver. `unreached` may have entries though others were reached: all are worth telling."""

    receiver: Receiver
    reaches: tuple[Reach, ...] = ()
    unreached: tuple[Unreached, ...] = ()

    @property
    def nobody(self) -> str:
        """Why nobody at all is told; empty when somebody is."""
        if self.reaches:
            return ""
        return "; ".join(one.reason for one in self.unreached) or f"{self.receiver} names nobody"


def together(receiver: Receiver, parts: Sequence[Resolution]) -> Resolution:
    """Several as one; who is reached twice in the same way is told once."""
    reaches = {
        (one.channel, one.address, one.target): one for part in reversed(parts) for one in part.reaches
    }
    order = dict.fromkeys((one.channel, one.address, one.target) for part in parts for one in part.reaches)
    unreached = dict.fromkeys(one for part in parts for one in part.unreached)
    return Resolution(receiver, tuple(reaches[key] for key in order), tuple(unreached))
