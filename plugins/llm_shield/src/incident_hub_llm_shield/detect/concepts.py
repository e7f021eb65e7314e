"""Words as concepts, so that what was learnt of one wording holds for others."""

import re
from functools import lru_cache
from importlib.resources import files

__all__ = ["concepts_of", "segmented"]

CONCEPTS_FILE = "concepts.txt"
_SHORTEST = 2
_LITTLE = (
    "a",
    "i",
    "the",
    "and",
    "or",
    "to",
    "of",
    "in",
    "is",
    "it",
    "all",
    "any",
    "with",
    "for",
    "that",
    "this",
)
_LONG_WORD, _LONGEST_RUN = 15, 400
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class _Lexicon:
    """Whole words and beginnings of words, each with its concepts."""

    def __init__(self, text: str) -> None:
        self.whole: dict[str, tuple[str, ...]] = {}
        self.begin: dict[str, tuple[str, ...]] = {}
        self.wide: list[tuple[str, str]] = []
        for line in text.splitlines():
            name, _, words = line.partition(":")
            if not line.startswith("#"):
                for word in words.split():
                    self._add(name, word)
        self.longest = max(map(len, self.begin))
        self.words = {*self.whole, *self.begin, *_LITTLE}

    def _add(self, name: str, word: str) -> None:
        if _WIDE.search(word):
            self.wide.append((word, name))
        known = self.begin if word.endswith("*") else self.whole
        word = word.rstrip("*").strip('"')
        known[word] = (*known.get(word, ()), name)


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    return _Lexicon((files(__package__) / CONCEPTS_FILE).read_text(encoding="utf-8"))


@lru_cache(maxsize=65_536)
def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts that a lower-case word stands for; scripts without spaces are searched through."""
    lexicon = _lexicon()
    found = set(lexicon.whole.get(word, ()))
    for size in range(_SHORTEST, min(len(word), lexicon.longest) + 1):
        found.update(lexicon.begin.get(word[:size], ()))
    if _WIDE.search(word):
        found.update(name for part, name in lexicon.wide if part in word)
    return tuple(sorted(found))


def segmented(text: str) -> str:
    """Words that were run together, apart again: as many letters as can be in words that we know."""
    return " ".join(_cut(word) if len(word) > _LONG_WORD else word for word in text.split(" "))


def _cut(word: str) -> str:
    """The cheapest way to the end; a letter outside of a known word costs most, and each word a little."""
    low, lexicon = word[:_LONGEST_RUN].lower(), _lexicon()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(low) + 1):
        ways = [(best[end - 1][0] + 2.0, end - 1)]
        starts = range(max(0, end - lexicon.longest), end)
        ways += [(best[at][0] + 1.0, at) for at in starts if low[at:end] in lexicon.words]
        best.append(min(ways))
    parts, end = [], len(low)
    while end:
        start = best[end][1]
        parts.append(low[start:end])
        end = start
    return " ".join(reversed(parts)) + word[_LONGEST_RUN:]
