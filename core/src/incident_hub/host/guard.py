"""What the dispatcher keeps for one plugin: its record, circuit, rate and threads."""

from collections.abc import Callable
from time import monotonic

from aiolimiter import AsyncLimiter
from incident_hub_hookspecs import ConfigError, DeliveryError, PayloadError, SignatureError

from incident_hub.host.circuit import Circuit, CircuitOpenError
from incident_hub.host.status import PluginRecord

__all__ = ["Guard", "RateLimitedError", "limiter_of"]


class RateLimitedError(Exception):
    """The plugin was not called: its `rate_per_second` left no room within the deadline."""


class Guard:
    """One for each plugin and target; guards of one plugin share its rate and its threads."""

    __slots__ = ("circuit", "limiter", "record", "running")

    def __init__(
        self,
        record: PluginRecord,
        target: str,
        rate: float | None,
        sibling: "Guard | None",
        now: Callable[[], float] | None,
    ) -> None:
        name = f"{record.name}:{target}" if target else record.name
        self.record = record
        self.circuit = record.circuits[name] = Circuit(name, record.note_circuit, now=now or monotonic)
        self.limiter: AsyncLimiter | None = sibling.limiter if sibling else limiter_of(rate)
        self.running: set[object] = sibling.running if sibling else set()

    async def take_turn(self) -> None:
        """Wait until the rate allows another call."""
        if self.limiter is not None:
            await self.limiter.acquire()

    def note_error(self, number: int, error: BaseException, seconds: float, deadline: float) -> BaseException:
        """Count a call that ended badly; the answer is the error to report.

        A number below zero means that the plugin was never reached. A plugin that says no in the
        contract's words works, so its circuit stays closed.
        """
        if number < 0:
            return error if isinstance(error, CircuitOpenError) else _no_room(self.record.name, error)
        self.record.count(seconds, failed=True)
        if _says_no(error):
            self.circuit.succeeded(number)
        else:
            self.circuit.failed(number)
        if isinstance(error, TimeoutError) and not error.args:
            return TimeoutError(f"{self.record.name}: no answer within {deadline:g} s")
        return error


def _says_no(error: BaseException) -> bool:
    if isinstance(error, DeliveryError):
        return not error.retry
    return isinstance(error, ConfigError | PayloadError | SignatureError)


def _no_room(name: str, error: BaseException) -> BaseException:
    if isinstance(error, TimeoutError):
        return RateLimitedError(f"{name}: its rate left no room within the deadline")
    return error


def limiter_of(rate: float | None) -> AsyncLimiter | None:
    """`rate` calls a second; below one a second, one call each 1/rate seconds."""
    if rate is None:
        return None
    burst = max(rate, 1.0)
    return AsyncLimiter(burst, burst / rate)
