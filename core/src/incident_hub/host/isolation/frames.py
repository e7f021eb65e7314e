"""Messages on a stream: four bytes of length, then so many bytes of JSON."""

from collections.abc import Iterator
from struct import Struct

from incident_hub.host.isolation.wire import WireError

__all__ = ["FRAME_LIMIT", "Frames", "framed"]

FRAME_LIMIT = 8 * 1024 * 1024  # 500 answers of 16 KiB, the most that one finding may hold
_LENGTH = Struct(">I")
_HEAD = _LENGTH.size


def framed(payload: bytes) -> bytes:
    """The payload as it goes onto the stream."""
    return _LENGTH.pack(len(payload)) + payload


class Frames:
    """Cuts a stream into payloads. `limit` is what one may have, and so what is kept in memory."""

    __slots__ = ("_limit", "_rest")

    def __init__(self, limit: int = FRAME_LIMIT) -> None:
        self._rest = bytearray()
        self._limit = limit

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The payloads that are whole now; raises `WireError` as soon as one announces too much."""
        if not self._rest and len(data) >= _HEAD and self._length(data) == len(data) - _HEAD:
            yield data[_HEAD:]
            return
        self._rest += data
        while len(self._rest) >= _HEAD:
            end = _HEAD + self._length(self._rest)
            if len(self._rest) < end:
                return
            payload = bytes(self._rest[_HEAD:end])
            del self._rest[:end]
            yield payload

    def _length(self, data: bytes | bytearray) -> int:
        length: int = _LENGTH.unpack_from(data)[0]
        if length > self._limit:
            raise WireError(f"a message of {length} bytes, {self._limit} are allowed")
        return length
