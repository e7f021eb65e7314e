"""The hub's side of the writer process.

Parsing and SQL of one process take turns on its one interpreter lock; those of two processes do not.
Whatever becomes of the writer, the hub goes on: until one is ready, and while none is, it writes by
itself. What was under way when a writer died is refused with "try again": whether it was committed is
not known then, so nobody is told that it was.
"""

import asyncio
import logging
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.frames import frame, receive_frame

__all__ = ["PAUSE_SECONDS", "Writer", "WriterKeeper"]

_log = logging.getLogger("incident_hub.storage")
_MODULE = "incident_hub.storage.writer_process"
_READY_SECONDS = 30.0
_STOP_SECONDS = 5.0
PAUSE_SECONDS = 1.0  # before another writer is started
_GONE = (OSError, asyncio.IncompleteReadError)


class Writer:
    """One writer process. `lost` is set once it is known to be of no use any more."""

    def __init__(self, process: Process, reader: asyncio.StreamReader, sender: asyncio.StreamWriter) -> None:
        self.process = process
        self.lost = asyncio.Event()
        self._reader = reader
        self._sender = sender
        self._asked: deque[asyncio.Future[object]] = deque()
        self._hearing = asyncio.create_task(self._hear(), name="writer answers")

    def run(self, work: object) -> asyncio.Future[object]:
        """Have the work run after all that was asked before; the future is its result, or what it raised."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if self.lost.is_set():
            future.set_exception(_died())
            return future
        try:
            self._sender.write(frame(work))
        except BaseException as error:  # it cannot be pickled: nothing was sent
            future.set_exception(error)
        else:
            self._asked.append(future)
        return future

    async def _hear(self) -> None:
        """Hand out the answers, which come in the order of the questions."""
        try:
            while True:
                answer = await receive_frame(self._reader)
                future = self._asked.popleft()
                if future.done():  # who asked has gone
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
        except _GONE:
            self.kill()
        finally:
            for future in self._asked:
                if not future.done():
                    future.set_exception(_died())

    def kill(self) -> None:
        """End it at once: what it has not committed is rolled back."""
        self.lost.set()
        with suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        """Hang up, upon which the process leaves; one that does not is killed."""
        self._hearing.cancel()
        await asyncio.gather(self._hearing, return_exceptions=True)
        self._sender.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.kill()
            await self.process.wait()


class WriterKeeper:
    """Sees to it that there is a writer, soon after the start and soon after one died.

    `known` are functions that the writer shall have imported before it counts as ready.
    """

    def __init__(self, url: str, known: Sequence[Callable[..., object]]) -> None:
        self.writer: Writer | None = None
        self._first = (url, tuple(known))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.create_task(self._keep(), name="writer process")

    async def stop(self) -> None:
        """Send the writer home."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            try:
                await self._one()
            except (OSError, TimeoutError, DatabaseUnavailableError) as error:
                _log.warning("the writer process does not start, the hub writes by itself: %r", error)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _one(self) -> None:
        """Have one writer, for as long as it lives."""
        writer = await _spawn()
        died = asyncio.create_task(writer.process.wait())
        died.add_done_callback(lambda _: writer.lost.set())
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await writer.run(self._first)
            self.writer = writer
            await writer.lost.wait()
            _log.warning("the writer process died; the hub writes by itself until there is another")
        finally:
            self.writer = None
            await writer.end()
            await died


def _died() -> DatabaseUnavailableError:
    return DatabaseUnavailableError("the writer process died at its work")


async def _spawn() -> Writer:
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULE, str(number), pass_fds=(number,), stdin=DEVNULL
        )
    reader, sender = await asyncio.open_unix_connection(sock=ours)
    return Writer(process, reader, sender)
