"""How a hub that serves has something simulated: one at a time, in a process that is ended when it is late."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from typing import Any

from incident_hub.simulation.process import Order
from incident_hub.simulation.report import Report
from incident_hub.simulation.run import SimulationError
from incident_hub.simulation.stored import Span
from incident_hub.storage.frames import frame, receive_frame

__all__ = ["GRACE_SECONDS", "MOST_ALERTS", "SECONDS", "BusyError", "Simulator"]

MOST_ALERTS = 5_000
SECONDS = 30.0
GRACE_SECONDS = 5.0  # for the process to start, and to say by itself that it is late


class BusyError(Exception):
    """Another simulation runs."""

    def __init__(self) -> None:
        super().__init__("another simulation runs, try again when it is done")


class Simulator:
    """One a process."""

    def __init__(self) -> None:
        self._busy = False

    async def simulate(self, config: dict[str, Any], span: Span) -> Report:
        """The report; `config` is as `settings.changed` made it.

        Raises `SimulationError`, which the caller can mend, `BusyError`, `DatabaseUnavailableError`.
        """
        if self._busy:
            raise BusyError
        self._busy = True
        try:
            return await self._ask(Order(config, span, MOST_ALERTS, SECONDS))
        finally:
            self._busy = False

    async def _ask(self, order: Order) -> Report:
        command = (sys.executable, "-m", "incident_hub.simulation.process")
        child = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        try:
            async with asyncio.timeout(order.seconds + GRACE_SECONDS):
                answer = await _answer(child, frame(order))
        except TimeoutError:
            raise SimulationError(f"it takes longer than {order.seconds:g} s: take less time") from None
        finally:
            await _end(child)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def _answer(child: Process, order: bytes) -> Report | Exception:
    assert child.stdin is not None  # noqa: S101 - asked for above
    assert child.stdout is not None  # noqa: S101
    try:
        child.stdin.write(order)
        await child.stdin.drain()
        answer: Report | Exception = await receive_frame(child.stdout)
    except (asyncio.IncompleteReadError, ConnectionError):
        return RuntimeError("the process of a simulation ended without an answer; its errors are in the log")
    return answer


async def _end(child: Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()
