"""Whether there is room for a call now: the endpoint's rates, its bulkhead, and the time it asked us to wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter
from incident_hub_hookspecs import DeliveryCode, DeliveryError, Endpoint

__all__ = ["Room"]


class Room:
    """One for each endpoint."""

    def __init__(self, endpoint: Endpoint, name: str) -> None:
        self._name = name
        self._requests = _bucket(endpoint.requests_per_minute)
        self._tokens = _bucket(endpoint.tokens_per_minute)
        self._slots = asyncio.Semaphore(endpoint.concurrency)
        self._quiet_until = 0.0

    def be_quiet(self, seconds: float) -> None:
        """The service asked that nobody calls it for so long."""
        self._quiet_until = max(self._quiet_until, asyncio.get_running_loop().time() + seconds)

    @asynccontextmanager
    async def turn(self, tokens: int, within: float) -> AsyncIterator[None]:
        """Wait for a turn and hold a slot; raises `DeliveryError` when none comes `within` seconds."""
        if self._tokens and tokens > self._tokens.max_rate:
            text = f"{self._name}: {tokens} tokens are more than its rate allows in a minute"
            raise DeliveryError(text, retry=False, code=DeliveryCode.INVALID_REQUEST)
        wait = self._quiet_until - asyncio.get_running_loop().time()
        if wait > within:
            raise self._full(f"asked to be left alone for another {wait:.0f} s", wait)
        try:
            async with asyncio.timeout(within):
                await asyncio.sleep(max(wait, 0.0))
                await self._slots.acquire()
        except TimeoutError:
            raise self._full(f"all its slots stayed busy for {within:.1f} s") from None
        try:
            await self._pay(tokens, within - max(wait, 0.0))
            yield
        finally:
            self._slots.release()

    async def _pay(self, tokens: int, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                if self._requests:
                    await self._requests.acquire()
                if self._tokens and tokens:
                    await self._tokens.acquire(tokens)
        except TimeoutError:
            raise self._full("its rate left no room within the deadline") from None

    def _full(self, text: str, retry_after: float | None = None) -> DeliveryError:
        code = DeliveryCode.RATE_LIMIT
        return DeliveryError(f"{self._name}: {text}", retry_after=retry_after, code=code)


def _bucket(a_minute: float | None) -> AsyncLimiter | None:
    """A leaky bucket of one minute's worth; below one a minute, of one."""
    if a_minute is None:
        return None
    burst = max(a_minute, 1.0)
    return AsyncLimiter(burst, 60.0 * burst / a_minute)
