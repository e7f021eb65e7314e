"""Time-ordered ids (UUID version 7, RFC 9562 section 5.7), so that new rows go to the end of an index."""

import random
import threading
from collections.abc import Iterator

__all__ = ["endless_ids", "lowest_id", "new_id", "new_ids"]

_generator = random.Random(random.SystemRandom().getrandbits(64))
_lock = threading.Lock()
_state = [0]
_PER_MILLISECOND = 0x1000


def new_id(micros: int) -> str:
    """One id for a moment, in microseconds since 1970."""
    return new_ids(micros, 1)[0]


def new_ids(micros: int, count: int) -> list[str]:
    """Ids in ascending order; within one process they never fall behind each other.

    The first 48 bits are milliseconds, the 12 after the version count within the millisecond; a full
    counter borrows the next one. The rest is random.
    """
    with _lock:
        first = max(micros // 1000 * _PER_MILLISECOND, _state[0])
        _state[0] = first + count
        noise = f"{_generator.getrandbits(64 * count):0{16 * count}x}"
    ids: list[str] = []
    for number in range(first, first + count):
        head = f"{number:015x}"
        at = (number - first) * 16
        variant = _VARIANT[noise[at]] + noise[at + 1 : at + 4]
        ids.append(f"{head[:8]}-{head[8:12]}-7{head[12:]}-{variant}-{noise[at + 4 : at + 16]}")
    return ids


def lowest_id(micros: int) -> str:
    """What no id of this moment or a later one is below."""
    head = f"{max(micros, 0) // 1000 * _PER_MILLISECOND:015x}"
    return f"{head[:8]}-{head[8:12]}-7{head[12:]}-"


def endless_ids(micros: int, portion: int) -> Iterator[str]:
    """The same, one by one, made a portion at a time."""
    while True:
        yield from new_ids(micros, portion)


_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
