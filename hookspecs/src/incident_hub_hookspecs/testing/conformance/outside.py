"""What the world outside has heard."""

from collections.abc import Sequence
from typing import Protocol

__all__ = ["WRONG", "Outside"]

# What stands in the place of a value in a target or in parameters that nobody checked.
WRONG: Sequence[object] = (None, -7, "", [], {"a": 1}, "\r\nX: y", "http://[")


class Outside(Protocol):
    """The receiving end in a test. `RecordingHttp` is one; a mail server of yours may be another."""

    def told(self) -> Sequence[str]:
        """Everything heard so far, each message as one text."""
