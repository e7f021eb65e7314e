"""Who can be told, as text: `user:ann`, `team:platform`, `schedule:primary`, `target:slack.0`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

__all__ = ["LONGEST_ID", "Receiver", "ReceiverError", "ReceiverKind"]

LONGEST_ID = 128


class ReceiverKind(StrEnum):
    """A person, the members of a team, whoever is on call, or a configured notify target."""

    USER = "user"
    TEAM = "team"
    SCHEDULE = "schedule"
    TARGET = "target"


class ReceiverError(ValueError):
    """The text names no receiver; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver. `id` is a directory's id of it, or a target's name."""

    kind: ReceiverKind
    id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The receiver that `kind:id` names; raises `ReceiverError`."""
        kind, colon, rest = text.partition(":")
        kinds = [one.value for one in ReceiverKind]
        if not colon or kind not in kinds:
            raise ReceiverError(
                f"{text[:80]!r} is no receiver: it begins with one of {', '.join(kinds)} and a colon"
            )
        if not rest or len(rest) > LONGEST_ID or rest != rest.strip() or not rest.isprintable():
            raise ReceiverError(
                f"{text[:80]!r} names nobody: after {kind}: comes an id of at most {LONGEST_ID} characters"
            )
        return cls(ReceiverKind(kind), rest)

    def __str__(self) -> str:
        """The text that `parse` reads."""
        return f"{self.kind.value}:{self.id}"
