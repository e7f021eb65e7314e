"""Time-ordered ids (UUID version 7, RFC 9562 section 5.7), so that new rows go to the end of an index."""

import random
import threading

__all__ = ["new_id"]

_random = random.SystemRandom().getrandbits(64)
_generator = random.Random(_random)
_lock = threading.Lock()
_state = [0, 0]


def new_id(micros: int) -> str:
    """An id whose first 48 bits are milliseconds; within one process ids never fall behind each other.

    The 12 bits after the version count within the millisecond; a full counter borrows the next one.
    """
    with _lock:
        ms = micros // 1000
        if ms > _state[0]:
            _state[0], _state[1] = ms, 0
        else:
            _state[1] += 1
            if _state[1] > 0xFFF:
                _state[0], _state[1] = _state[0] + 1, 0
        ms, count = _state
        tail = _generator.getrandbits(62)
    value = (ms << 80) | (0x7000 | count) << 64 | (0x8 << 60) | tail
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
