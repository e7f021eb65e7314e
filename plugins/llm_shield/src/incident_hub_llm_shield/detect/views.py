"""All the ways in which a text can be read, each once, the plainest first."""

from collections.abc import Iterator

from incident_hub_llm_shield.detect.decoded import decodings
from incident_hub_llm_shield.detect.plain import plain, unspaced, without_digits

__all__ = ["PLAIN", "views"]

PLAIN = "as written"
MOST_VIEWS = 12
_DEEPEST = 2


def views(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of how it was read and what stands there then."""
    seen: set[str] = set()
    for how, told in _all(text, PLAIN, 0):
        key = told.casefold()
        if key not in seen:
            seen.add(key)
            yield how, told
        if len(seen) >= MOST_VIEWS:
            return


def _all(text: str, how: str, depth: int) -> Iterator[tuple[str, str]]:
    read = plain(text)
    yield how, read
    yield "spelled out", unspaced(read)
    yield "in digits for letters", without_digits(unspaced(read))
    if depth < _DEEPEST:
        for told in decodings(read):
            yield from _all(told, "encoded", depth + 1)
