"""Where a model has the words of a reading: looked up stem by stem, without making the terms' names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incident_hub_classifier_model.reading import BODY, TITLE, Reading

__all__ = ["Lexicon"]

_NOWHERE: Mapping[str, int] = {}


@dataclass(slots=True)
class _Stem:
    """Places of a stem by where it stands, and of its pairs by the stem that follows."""

    places: list[int] = field(default_factory=list)
    pairs: dict[str, int] = field(default_factory=dict)


class Lexicon:
    """The places of terms, as `reading.terms_of` names them, and of identities."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._identities = {name: place for name, place in places.items() if "=" in name}
        self._stems = {name for name in places if "=" not in name and ":" not in name}
        self._title, self._body = (_of_part(where, places) for where in (TITLE, BODY))

    def known(self, reading: Reading) -> list[int]:
        """The places of all that the model has seen of it, each once."""
        found: set[int] = set()
        _find(self._title, reading.title, found)
        _find(self._body, reading.body, found)
        found.update(self._identities[name] for name in reading.identity if name in self._identities)
        return list(found)

    def share(self, reading: Reading) -> float:
        """How much of its different words the model has seen."""
        stems = {*reading.title, *reading.body}
        return len(stems & self._stems) / len(stems) if stems else 0.0


def _of_part(where: str, places: Mapping[str, int]) -> dict[str, _Stem]:
    stems: dict[str, _Stem] = {}
    for name, place in places.items():
        if "=" in name:
            continue
        part, _, rest = name.rpartition(":")
        if part not in ("", where):
            continue
        one, _, following = rest.partition(" ")
        stem = stems.setdefault(one, _Stem())
        if following:
            stem.pairs[following] = place
        else:
            stem.places.append(place)
    return stems


def _find(stems: Mapping[str, _Stem], words: Sequence[str], found: set[int]) -> None:
    pairs = _NOWHERE
    for word in words:
        if pairs and word in pairs:
            found.add(pairs[word])
        stem = stems.get(word)
        if stem is None:
            pairs = _NOWHERE
        else:
            found.update(stem.places)
            pairs = stem.pairs
