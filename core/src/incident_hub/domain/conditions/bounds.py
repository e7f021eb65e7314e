"""Which conditions may run: those whose cost is known before they do.

The library bounds iterations and recursion, but not what one step may cost: a loop over a list that the
condition builds can double a value at each level, and a pattern can be large. So loops run over what the hub
hands in, one inside another never, and patterns are few, spelt out and small.
"""

import re
from math import prod

from incident_hub.domain.conditions.errors import ConditionError
from incident_hub.domain.conditions.tokens import Token, tokens_of

__all__ = ["MAX_SOURCE", "check_bounds"]

MAX_SOURCE = 4096
_MOST_LOOPS = 4
_MOST_PATTERNS = 8
_MOST_PATTERNS_LOOPED = 2
_LONGEST_PATTERN = 256
_MOST_REPEATS = 200  # of one pattern, counted repeats added up
_MOST_NESTED = 1000  # the same multiplied, where a group is repeated
_LOOPS = frozenset({"exists", "all", "exists_one"})
_ESCAPED = re.compile(r"\\[xXuU0-7]")  # would hide a repeat from the counting below
_COUNT = re.compile(r"\{(\d*),?(\d*)\}")


def check_bounds(source: str) -> None:
    """Raise `ConditionError` for what could cost more than a rule may."""
    if len(source) > MAX_SOURCE:
        raise ConditionError(f"the condition is longer than {MAX_SOURCE} characters")
    if not source.strip():
        raise ConditionError("the condition is empty; `true` holds always")
    if any(ord(one) < 32 and one not in "\t\n\r" for one in source):
        raise ConditionError("the condition holds a control character")
    _Walk(source).check()


class _Walk:
    """Walks the tokens once, knowing how deep it stands and whether inside a loop."""

    def __init__(self, source: str) -> None:
        self.source, self.tokens = source, list(tokens_of(source))
        self.loops = self.patterns = self.looped = self.depth = self.inside = 0

    def check(self) -> None:
        for index, one in enumerate(self.tokens):
            if one.kind == "sign":
                self.depth += (one.text == "(") - (one.text == ")")
            self.inside = 0 if self.depth < self.inside else self.inside
            if one.text in _LOOPS and self._called(index):
                self._loop(index)
            elif one.text == "matches":
                self._pattern(index)

    def _called(self, index: int) -> bool:
        return self._text(index - 1) == "." and self._text(index + 1) == "("

    def _text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _loop(self, index: int) -> None:
        self.loops += 1
        name = self.tokens[index]
        if self.inside:
            raise self._refused(name, f"{name.text} inside another loop")
        if self.loops > _MOST_LOOPS:
            raise self._refused(name, f"more than {_MOST_LOOPS} loops")
        if not self._over_given(index):
            raise self._refused(name, f"{name.text} over anything but a list or map that the hub hands in")
        self.inside = self.depth + 1

    def _over_given(self, index: int) -> bool:
        """Whether what the loop runs over is a plain dotted name."""
        at = index - 1
        while at >= 1 and self._text(at) == "." and self.tokens[at - 1].kind == "name":
            at -= 2
        return at < index - 1 and self._text(at) != "."

    def _pattern(self, index: int) -> None:
        self.patterns += 1
        self.looped += bool(self.inside)
        name = self.tokens[index]
        if self.patterns > _MOST_PATTERNS:
            raise self._refused(name, f"more than {_MOST_PATTERNS} patterns")
        if self.looped > _MOST_PATTERNS_LOOPED:
            raise self._refused(name, f"more than {_MOST_PATTERNS_LOOPED} patterns inside loops")
        pattern = self.tokens[index + 2] if index + 2 < len(self.tokens) else name
        if not self._called(index) or pattern.kind not in {"raw", "text"} or self._text(index + 3) != ")":
            raise self._refused(name, "a pattern that is not spelt out, as in x.matches('^a.*')")
        if pattern.kind == "text" and _ESCAPED.search(pattern.text):
            raise self._refused(pattern, "a pattern with escaped characters; write it raw, as r'\\d+'")
        if len(pattern.text) > _LONGEST_PATTERN or _large(pattern.text):
            raise self._refused(pattern, "a pattern this large: fewer counted repeats, please")

    def _refused(self, token: Token, problem: str) -> ConditionError:
        line = self.source.count("\n", 0, token.at) + 1
        column = token.at - self.source.rfind("\n", 0, token.at)
        return ConditionError(f"a condition may not have {problem}", line, column)


def _large(pattern: str) -> bool:
    """Whether the pattern's automaton could be: RE2 spells counted repeats out."""
    counts = [max((int(n[:6]) for n in found if n), default=1) for found in _COUNT.findall(pattern)]
    if sum(counts) > _MOST_REPEATS:
        return True
    return "){" in pattern and prod(counts) > _MOST_NESTED
