"""A circuit breaker around awaits: pybreaker keeps the states, a monotonic clock the time.

pybreaker times the open state by the wall clock and lets every caller through while half open, so
both are decided here: the circuit is opened up again after `reset_seconds` of monotonic time, for one
probe at a time. Calls are counted after they end, which leaves `await` out of pybreaker's lock.
"""

from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from pybreaker import STATE_CLOSED, STATE_HALF_OPEN, CircuitBreaker

__all__ = ["Circuit", "CircuitOpenError"]

FAILURES_TO_OPEN = 5
RESET_SECONDS = 30.0


class CircuitOpenError(Exception):
    """The plugin, or the endpoint, was not called: it failed too often of late. `retry_after` is in seconds."""

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"{name}: circuit open, next try in {retry_after:.0f} s")
        self.retry_after = retry_after


class _CallFailedError(Exception):
    """Stands for a plugin's error, whatever it was, where pybreaker counts."""


class Circuit:
    """Lets calls through, until too many in a row failed."""

    __slots__ = ("_breaker", "_clean", "_now", "_on_change", "_opened", "_pass", "_probing", "_reset", "name")

    def __init__(
        self,
        name: str,
        on_change: Callable[[str, bool], None],
        *,
        failures: int = FAILURES_TO_OPEN,
        reset_seconds: float = RESET_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._breaker = CircuitBreaker(fail_max=failures, name=name, throw_new_error_on_trip=False)
        self._reset, self._now, self._on_change = reset_seconds, now, on_change
        self._opened = 0.0
        self._pass = 0
        self._clean = True
        self._probing = False

    @property
    def closed(self) -> bool:
        """Whether calls go through freely."""
        return self._breaker.current_state == STATE_CLOSED

    @property
    def number(self) -> int:
        """What a call begun now would be numbered."""
        return self._pass

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open`: open, but the next call may be the probe."""
        if self.closed:
            return "closed"
        return "half_open" if self._probing or not self.retry_after else "open"

    @property
    def retry_after(self) -> float:
        """The seconds until a probe may go through; 0 when calls, or the probe, may go now."""
        return 0.0 if self.closed else max(self._opened + self._reset - self._now(), 0.0)

    def check(self) -> None:
        """Raise `CircuitOpenError` when a call would be refused now; nothing else happens."""
        if not self._clean and not self.closed and (self._probing or self.retry_after > 0):
            raise CircuitOpenError(self.name, self.retry_after)

    def reset(self) -> None:
        """Close it, and forget what failed. Of calls that still run nothing is learnt."""
        was_closed = self.closed
        self._breaker.close()
        self._clean, self._probing = True, False
        self._pass += 1
        if not was_closed:
            self._on_change(self.name, False)

    def enter(self) -> int:
        """Ask for a call; hand the number you get to what ends it. Raises `CircuitOpenError`."""
        if self._clean:
            return self._pass
        if not self.closed:
            self._start_probe()
        return self._pass

    def _start_probe(self) -> None:
        self.check()
        if self._breaker.current_state != STATE_HALF_OPEN:
            self._breaker.half_open()
        self._probing = True
        self._pass += 1

    def succeeded(self, number: int) -> None:
        """The call ended well. Of calls begun before the circuit last changed nothing is learnt."""
        if self._clean or number != self._pass:
            return
        was_closed = self.closed
        self._breaker.call(_nothing)
        self._clean = True
        self._probing = False
        if not was_closed:
            self._pass += 1
            self._on_change(self.name, False)

    def failed(self, number: int) -> None:
        """The call ended badly."""
        if number != self._pass:
            return
        self._clean = self._probing = False
        with suppress(_CallFailedError):
            self._breaker.call(_fail)
        if not self.closed:
            self._pass += 1
            self._opened = self._now()
            self._on_change(self.name, True)

    def abandoned(self, number: int) -> None:
        """The caller was cancelled: if this was the probe, the next call may be one."""
        if number == self._pass:
            self._probing = False


def _nothing() -> None:
    return None


def _fail() -> None:
    raise _CallFailedError
