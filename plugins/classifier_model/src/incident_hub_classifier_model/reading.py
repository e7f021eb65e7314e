"""An example as numbers: which words it has, which concepts, and how it is built."""

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log1p
from typing import NamedTuple
from zlib import crc32

from incident_hub_classifier_model.concepts import CONCEPTS, GIVEAWAYS, concepts_of_words
from incident_hub_classifier_model.example import Example

__all__ = ["BODY", "CONCEPT_COUNT", "STRUCTURE", "TITLE", "WIDTH", "Reading", "place_of", "read", "terms_of"]

NAMED_SEVERITY = r"(?:sev(?:erity)?|p(?:rio(?:rity)?)?|level|urgency|impact)[\s:=#-]{0,3}[0-5]\b"
WORD = re.compile(
    rf"{NAMED_SEVERITY}|([a-z][a-z']*\d*|[45]xx|\d+(?:\.\d+)?%?|%)"
)  # the group is what is read
STEM = 5
IDENTITY = 64  # places for source, provider, model and parts, by their hash
CONCEPT_COUNT = len(CONCEPTS)
PHASES = ("investigating", "identified", "monitoring", "resolved")  # as the updates of status pages begin
STRUCTURE = (
    "share of something",
    "length of the title",
    "length of the text",
    "no part named",
    "parts named",
    "one part named",
    "share in the title",
    "short title",
    "no text",
    "hour",
    "weekend",
    *(f"begins with {word}" for word in PHASES),
)
WIDTH = 2 * CONCEPT_COUNT + len(STRUCTURE) + IDENTITY
_CONCEPTS = concepts_of_words()


TITLE, BODY = "t", "b"  # where a term stands


class _Word(NamedTuple):
    """What a word stands for; `share` says that it is one of something: a percentage."""

    stem: str
    concepts: tuple[int, ...]
    share: bool


class Reading(NamedTuple):
    """`title` and `body` are stems in their order; `identity` says who and what it is about; `dense` has
    places and values of concepts and structure.

    `concepts` are places too: those below `CONCEPT_COUNT` in the title, the others in the text.
    """

    title: tuple[str, ...]
    body: tuple[str, ...]
    identity: tuple[str, ...]
    dense: tuple[tuple[int, float], ...]
    concepts: tuple[int, ...]


def read(example: Example) -> Reading:
    """Read an example."""
    title, body = _words(example.title), _words(example.body)
    concepts = {place for word in title for place in word.concepts}
    concepts.update(place + CONCEPT_COUNT for word in body for place in word.concepts)
    found = tuple(sorted(concepts))
    dense = (*((place, 1.0) for place in found), *_structure(example, title, body))
    return Reading(
        tuple([word.stem for word in title]),
        tuple([word.stem for word in body]),
        tuple(_identity(example)),
        dense,
        found,
    )


def terms_of(reading: Reading) -> set[str]:
    """Stems and pairs of stems by name, told apart by where they stand."""
    return {*_terms(TITLE, reading.title), *_terms(BODY, reading.body)}


def _words(text: str) -> list[_Word]:
    return [found for word in WORD.findall(text.lower()) if word and (found := _word(word)) is not None]


@lru_cache(maxsize=16_384)
def _word(word: str) -> _Word | None:
    """None for a word that gives the severity away."""
    if word in GIVEAWAYS:
        return None
    return _Word(word[:STEM], _CONCEPTS.get(word, ()), word.endswith("%"))


def _terms(where: str, stems: Sequence[str]) -> Iterable[str]:
    yield from stems
    for stem in stems:
        yield f"{where}:{stem}"
    for one, next_ in itertools.pairwise(stems):
        yield f"{where}:{one} {next_}"


def _identity(example: Example) -> Iterable[str]:
    yield f"source={example.source}"
    yield f"provider={example.provider}"
    if example.model:
        yield f"model={example.model}"
    for one in example.resources:
        yield f"part={one}"


@lru_cache(maxsize=4096)
def place_of(identity: str) -> int:
    """Where a dense row has an identity."""
    return 2 * CONCEPT_COUNT + len(STRUCTURE) + crc32(identity.encode()) % IDENTITY


def _structure(example: Example, title: list[_Word], body: list[_Word]) -> Iterable[tuple[int, float]]:
    parts, begins = len(example.resources), body[0].stem if body else ""
    values = (
        any(word.share for word in (*title, *body)),
        log1p(len(title)) / 4,
        log1p(len(body)) / 4,
        not parts,
        min(parts, 5) / 5,
        parts == 1,
        "~" in example.title or "%" in example.title,
        len(title) <= 2,
        not body,
        example.at.hour / 24,
        example.at.weekday() >= 5,
        *(begins == word[:STEM] for word in PHASES),
    )
    return ((2 * CONCEPT_COUNT + place, float(value)) for place, value in enumerate(values))
