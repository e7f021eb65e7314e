"""What the hub and its writer process say to each other: pickled values, each behind its length.

Both ends are one program on a socket pair that nobody else can reach, which is why pickle will do.
"""

import asyncio
import pickle
import struct
from typing import Any, BinaryIO

__all__ = ["frame", "read_frame", "receive_frame"]

_LENGTH = struct.Struct(">I")


def frame(value: object) -> bytes:
    """The value as it goes over the socket."""
    body = pickle.dumps(value, protocol=5)
    return _LENGTH.pack(len(body)) + body


async def receive_frame(reader: asyncio.StreamReader) -> Any:  # noqa: ANN401 - whatever the other end sent
    """The next value. Raises `asyncio.IncompleteReadError` when the other end is gone."""
    (size,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return pickle.loads(await reader.readexactly(size))  # noqa: S301


def read_frame(file: BinaryIO) -> Any:  # noqa: ANN401 - whatever the other end sent
    """The same from a blocking file. Raises `EOFError` when the other end is gone."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (size,) = _LENGTH.unpack(head)
    body = file.read(size)
    if len(body) < size:
        raise EOFError
    return pickle.loads(body)  # noqa: S301
