"""A simulation in a process of its own, for a hub that has better things to do.

Run as `python -m incident_hub.simulation.process`: the order comes on stdin, the answer goes to stdout.
"""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from typing import Any, NamedTuple

from incident_hub.host.config import HubConfigError
from incident_hub.simulation.report import Report
from incident_hub.simulation.run import SimulationError, simulate
from incident_hub.simulation.settings import rebuilt
from incident_hub.simulation.stored import Span
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.frames import frame, read_frame
from incident_hub.storage.opening import open_database

__all__ = ["Order", "main"]

_MILD = 10  # how far the hub that asked goes before it, as `nice` counts


class Order(NamedTuple):
    """What is to be simulated: the configuration as the mapping that it is built from."""

    config: dict[str, Any]
    span: Span
    limit: int
    seconds: float


def main() -> None:
    """Do one order."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what a plugin prints is no answer
    with suppress(OSError):
        os.nice(_MILD)
    logging.basicConfig(level=logging.ERROR)
    with os.fdopen(answers, "wb") as out:
        out.write(frame(asyncio.run(_answer(read_frame(sys.stdin.buffer)))))


async def _answer(order: Order) -> Report | Exception:
    """The report, or the error that whoever asked shall raise."""
    try:
        async with asyncio.timeout(order.seconds):
            return await _simulated(order)
    except TimeoutError:
        return SimulationError(f"it takes longer than {order.seconds:g} s: take less time")
    except HubConfigError as error:
        return SimulationError(str(error))
    except (SimulationError, DatabaseUnavailableError) as error:
        return error


async def _simulated(order: Order) -> Report:
    config = rebuilt(order.config)
    database = open_database(config.database_url, pool_size=1)
    try:
        return await simulate(database, config, order.span, order.limit)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
