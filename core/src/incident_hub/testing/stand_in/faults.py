"""What goes wrong at a stand-in: the next answers as a test wrote them, then chance."""

import asyncio
import json
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

__all__ = ["Fault", "Faults"]


def _nothing() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer in the place of the right one; `body` is JSON, or bytes as they are.

    `cut` ends the connection instead; status 0 changes nothing but the time.
    """

    status: int = 503
    body: object = None
    headers: Mapping[str, str] = field(default_factory=_nothing)
    seconds: float = 0.0
    cut: bool = False


class Faults:
    """The next faults in their order; `rate` is the share of other requests that fail, `seconds` how slow all are."""

    def __init__(self, rate: float = 0.0, seconds: float = 0.0, seed: int = 0) -> None:
        self.rate, self.seconds = rate, seconds
        self._next: deque[Fault] = deque()
        self._chance = random.Random(seed)

    def next(self, *faults: Fault) -> None:
        """Let the next requests fail like this."""
        self._next.extend(faults)

    async def strike(self, unavailable: object) -> Response | None:
        """Wait as long as this request takes; its answer, when it fails."""
        await asyncio.sleep(self.seconds)
        if self._next:
            return await _answer(self._next.popleft())
        if self._chance.random() < self.rate:
            return await _answer(Fault(503, unavailable))
        return None


async def _answer(fault: Fault) -> Response | None:
    await asyncio.sleep(fault.seconds)
    if fault.cut:
        raise ConnectionAbortedError("the stand-in was told to cut this connection")
    if not fault.status:
        return None
    body = fault.body if isinstance(fault.body, bytes) else json.dumps(fault.body).encode()
    headers = {"content-type": "application/json", **fault.headers}
    return Response(body, fault.status, headers)
