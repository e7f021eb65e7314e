"""An example as numbers: which words it has, which concepts, and how it is built."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log1p
from zlib import crc32

from incident_hub_classifier_model.concepts import CONCEPTS, GIVEAWAYS, concepts_of_words
from incident_hub_classifier_model.example import Example

__all__ = ["CONCEPT_COUNT", "STRUCTURE", "WIDTH", "Reading", "place_of", "read"]

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


@dataclass(frozen=True, slots=True)
class Reading:
    """`terms` are stems and pairs of stems, told apart by where they stand; `identity` says who and what it is
    about; `dense` has places and values of concepts and structure.

    `concepts` are places too: those below `CONCEPT_COUNT` in the title, the others in the text.
    """

    terms: frozenset[str]
    identity: tuple[str, ...]
    dense: tuple[tuple[int, float], ...]
    concepts: tuple[int, ...]


def read(example: Example) -> Reading:
    """Read an example."""
    title, body = _words(example.title), _words(example.body)
    terms = {*_terms("t", title), *_terms("b", body)}
    concepts = {place for word in title for place in _CONCEPTS.get(word, ())}
    in_body = {place + CONCEPT_COUNT for word in body for place in _CONCEPTS.get(word, ())}
    found = tuple(sorted(concepts | in_body))
    dense = dict.fromkeys(found, 1.0)
    dense.update(_structure(example, title, body))
    return Reading(frozenset(terms), tuple(_identity(example)), tuple(dense.items()), found)


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word and word not in GIVEAWAYS]


def _terms(where: str, words: list[str]) -> Iterable[str]:
    stems = [word[:STEM] for word in words]
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


def _structure(example: Example, title: list[str], body: list[str]) -> Iterable[tuple[int, float]]:
    parts = len(example.resources)
    values = (
        any(word.endswith("%") for word in (*title, *body)),
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
        *(body[:1] == [word] for word in PHASES),
    )
    return ((2 * CONCEPT_COUNT + place, float(value)) for place, value in enumerate(values))
