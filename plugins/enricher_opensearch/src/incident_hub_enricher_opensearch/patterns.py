"""Messages that differ in numbers and ids only are one pattern."""

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["pattern_of", "top_patterns"]

# The longer kinds first: a UUID is not five numbers, an address not four.
_VARIABLE = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|\b0x[0-9a-fA-F]+\b"
    r"|\b(?=[0-9a-fA-F]*[0-9])(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}\b"
    r"|\d+(?:[.:,T-]\d+)*"
)


def pattern_of(message: str) -> str:
    """The message with a # for each number, id and time."""
    return _VARIABLE.sub("#", message)[:200]


def top_patterns(messages: Iterable[str], most: int) -> list[tuple[str, int]]:
    """The most frequent ones with their counts; of equals the one seen first."""
    return Counter(map(pattern_of, messages)).most_common(most)
