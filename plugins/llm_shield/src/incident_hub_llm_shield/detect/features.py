"""A text as hashed features: words, parts of words, signals, and concepts that stand near each other."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from zlib import crc32

from incident_hub_llm_shield.detect.concepts import concepts_of
from incident_hub_llm_shield.detect.signals import signals_in

__all__ = ["DIMENSION", "features"]

DIMENSION = 1 << 17
SHORTEST, LONGEST = 3, 5
NEAR = 8
_TOKEN = re.compile(r"[^\W_]+|[<>\[\]{}#|=/\\$`@]+")
_SENTENCE = re.compile(r"[.!?\n]+")
_NUMBER = re.compile(r"\d+")


def features(text: str) -> set[int]:
    """The places of the features that the text has."""
    return {crc32(name.encode("utf-8", "replace")) % DIMENSION for name in _names(text)}


def _names(text: str) -> Iterator[str]:
    sentences = [_TOKEN.findall(part) for part in _SENTENCE.split(_NUMBER.sub("0", text.lower()))]
    words = [word for sentence in sentences for word in sentence]
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))
    yield from (f"{a} _ {b}" for a, b in zip(words, words[2:], strict=False))
    for word in dict.fromkeys(words):
        yield from _parts(f"^{word}$")
    signals = signals_in(text)
    yield from (f"!{name}" for name in signals)
    yield from (f"!!{a}+{b}" for a, b in combinations(signals, 2))
    yield from _concepts(sentences)


def _parts(word: str) -> Iterator[str]:
    for size in range(SHORTEST, LONGEST + 1):
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


def _concepts(sentences: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each concept, each pair in the text, and each pair that stands near in one sentence, in order."""
    present: set[str] = set()
    for sentence in sentences:
        placed = [(at, one) for at, word in enumerate(sentence) for one in concepts_of(word)]
        present.update(one for _, one in placed)
        for index, (at, one) in enumerate(placed):
            for there, other in placed[index + 1 :]:
                if there - at > NEAR:
                    break
                yield f"@{one}>{other}"
    yield from (f"@{one}" for one in present)
    yield from (f"@@{a}+{b}" for a, b in combinations(sorted(present), 2))
