"""Regular expressions from outside: which ones may run here.

Python's engine backtracks, so a pattern can take time without end on the right text, and alert text
is hostile. A pattern is taken only when the number of ways in which it can be tried is small: a
sequence multiplies them, alternatives add up, an open repeat has as many as the text has characters.
What RE2, and so Alertmanager, does not know is refused too.
"""

import re

__all__ = ["MAX_PATTERN", "UnsafePatternError", "check_pattern"]

MAX_PATTERN = 512
_LONGEST = 4096  # a label's value
_MOST_WAYS = 1 << 25
_MOST_NESTED = 16
_FEW = 16
_FLAGS = re.compile(r"\(\?[ism]+\)")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\\[]|\\.)*\]", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+?]|\{(?!\})([0-9]*)(,?)([0-9]*)\}")


class UnsafePatternError(ValueError):
    """The pattern is none, or could take too long."""


def check_pattern(text: str) -> None:
    """Raise `UnsafePatternError` unless the text is a pattern that ends soon on every label value."""
    if len(text) > MAX_PATTERN:
        raise UnsafePatternError(f"the pattern is longer than {MAX_PATTERN} characters")
    flags = _FLAGS.match(text)
    reader = _Reader(text, flags.end() if flags else 0)
    ways = reader.alternatives(0)
    if reader.at < len(text):
        raise UnsafePatternError(f"unbalanced ) at {reader.at}")
    if ways > _MOST_WAYS:
        raise UnsafePatternError(
            "the pattern could take too long: fewer repeats, options or alternatives, please"
        )
    try:
        re.compile(text, re.DOTALL)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsafePatternError(f"not a pattern: {error}") from None


class _Reader:
    """Walks the pattern once; each method returns in how many ways its part can be tried."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def alternatives(self, depth: int) -> int:
        if depth > _MOST_NESTED:
            raise UnsafePatternError(f"groups nested deeper than {_MOST_NESTED}")
        ways = self._sequence(depth)
        while self.text.startswith("|", self.at):
            self.at += 1
            ways += self._sequence(depth)
        return ways

    def _sequence(self, depth: int) -> int:
        ways = 1
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            start = self.at
            part = self._repeated(self._atom(depth))
            # a last `.*` takes the rest at once and cannot fail
            free = not depth and self.at == len(self.text) and self.text[start:] in (".*", ".+")
            ways = min(ways * (1 if free else part), _MOST_WAYS + 1)
        return ways

    def _atom(self, depth: int) -> int:
        here = self.text[self.at]
        if here == "(":
            return self._group(depth)
        if here == "[":
            return self._skip(_CLASS, "a set that is not closed, or holds another")
        if here == "\\" and self.text[self.at + 1 : self.at + 2].isdigit():
            raise UnsafePatternError(f"a reference to a group at {self.at}")
        if here in "*+?":
            raise UnsafePatternError(f"nothing to repeat at {self.at}")
        self.at += 2 if here == "\\" else 1
        return 1

    def _group(self, depth: int) -> int:
        if self.text.startswith("(?", self.at) and not self.text.startswith("(?:", self.at):
            raise UnsafePatternError(f"a special group at {self.at}")
        self.at += 3 if self.text.startswith("(?:", self.at) else 1
        ways = self.alternatives(depth + 1)
        if not self.text.startswith(")", self.at):
            raise UnsafePatternError("a group that is not closed")
        self.at += 1
        return ways

    def _repeated(self, ways: int) -> int:
        found = _QUANTIFIER.match(self.text, self.at)
        if found is None:
            return ways
        self.at = found.end()
        self.at += self.text.startswith("?", self.at)  # lazy: the same ways in another order
        if self.text[self.at : self.at + 1] in ("*", "+", "?"):
            raise UnsafePatternError(f"a repeat of a repeat at {self.at}")
        least, most = _bounds(found)
        if most <= _FEW:
            tried: int = sum(ways**times for times in range(least, most + 1))
            return min(tried, _MOST_WAYS + 1)
        if ways > 1:
            raise UnsafePatternError(f"a repeat around repeats or alternatives before {self.at}")
        return max(1, min(most - least + 1, _LONGEST))

    def _skip(self, what: re.Pattern[str], problem: str) -> int:
        found = what.match(self.text, self.at)
        if found is None:
            raise UnsafePatternError(f"{problem} at {self.at}")
        self.at = found.end()
        return 1


def _bounds(found: re.Match[str]) -> tuple[int, int]:
    sign = found.group()
    if sign in ("*", "+"):
        return int(sign == "+"), _LONGEST
    if sign == "?":
        return 0, 1
    least = int(found[1] or 0)
    most = int(found[3]) if found[3] else _LONGEST if found[2] else least
    return least, most
