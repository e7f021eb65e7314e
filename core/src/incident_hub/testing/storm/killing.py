"""The other end of the hub process: starts hubs and kills them from an event loop."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["KillableHub", "killable_hub"]

_ANSWER_SECONDS = 60


class KillableHub:
    """One hub at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.kills = 0

    async def start(self) -> None:
        """Fork a hub; it serves a moment later."""
        await self.tell("start")

    async def kill(self) -> None:
        """SIGKILL it, whatever it does."""
        await self.tell("kill")
        self.kills += 1

    async def tell(self, line: str) -> None:
        """Give a command and wait until it is done."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 - both are pipes
        assert stdout is not None  # noqa: S101
        stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(_ANSWER_SECONDS):
            if not await stdout.readline():
                raise RuntimeError("the process that forks hubs has ended")


@asynccontextmanager
async def killable_hub(**settings: str) -> AsyncIterator[KillableHub]:
    """A process ready to fork hubs with these settings; none outlives the block."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "incident_hub.testing.storm.hub_process", stdin=pipe, stdout=pipe
    )
    hub = KillableHub(process)
    try:
        await hub.tell(json.dumps(settings))
        yield hub
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()
