"""Large bodies are worked on one a loop iteration, so that answers and small requests come between them.

Parsing eight bodies of a hundred alerts each in one go would keep the loop from hearing, for all that
time, that the last commit is done: the database would have nothing to do meanwhile.
"""

import asyncio

__all__ = ["Turns"]

_LARGE = 16 * 1024  # bytes; a smaller body takes less time than the waiting would cost


class Turns:
    """Hands out one turn a loop iteration, first come, first served."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def take(self, size: int) -> None:
        """Wait for the turn of a body of `size` bytes; what the caller does before it waits again is in it."""
        if size >= _LARGE:
            await self._lock.acquire()
            asyncio.get_running_loop().call_soon(self._lock.release)
