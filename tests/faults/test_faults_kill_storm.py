"""SIGKILL of the serving hub, 200 times at random moments under load: nothing lost, nothing done twice.

HUB_STORM_SEED repeats a run's choices, HUB_STORM_KILLS makes it shorter or longer.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from incident_hub.host.config import WorkConfig
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.storage.tables import job
from incident_hub.testing.postgres import free_port
from incident_hub.testing.storm.checker import Remains, faults, read_remains
from incident_hub.testing.storm.driver import Driver
from incident_hub.testing.storm.killing import KillableHub, killable_hub
from incident_hub.testing.storm.recorder import Recorder, recorder
from sqlalchemy import func, select

KILLS = int(os.environ.get("HUB_STORM_KILLS", "200"))
SEED = int(os.environ.get("HUB_STORM_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
SENDERS = 6
LONGEST_LIFE = 1.5  # seconds; longer where a hub needs more than a third of that to be up
DRAIN_SECONDS = 120

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


async def test_two_hundred_kills_lose_nothing_and_repeat_only_what_was_in_flight(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    print(f"HUB_STORM_SEED={SEED} HUB_STORM_KILLS={KILLS}")
    chance = random.Random(SEED)
    async with recorder(random.Random(SEED + 2), free_port()) as heard:
        port = free_port()
        driver = Driver(f"http://127.0.0.1:{port}", random.Random(SEED + 1))
        settings = {"database_url": database_url, "folder": str(tmp_path), "notify_url": heard.url}
        async with killable_hub(port=str(port), **settings) as hub:
            await storm(hub, driver, chance)
            database = open_database(database_url)
            await drained(database)
            remains = await database.read(read_remains)
            await database.close()
    counts = counted(remains, driver, heard, hub.kills)
    print(counts)
    record_property("counts", counts)
    wrong = faults(remains, driver.troubles, heard.seen, hub.kills, WorkConfig().concurrency)
    assert wrong == [], "\n".join(wrong[:50])
    assert driver.unexpected == []
    assert len(driver.troubles) >= KILLS


async def storm(hub: KillableHub, driver: Driver, chance: random.Random) -> None:
    """Kill hub after hub under load, then let a last one serve what the senders have left.

    On a slow machine they live longer, and more of them die until there were as many troubles as kills.
    """
    load = asyncio.create_task(driver.run(SENDERS))
    longest = max(LONGEST_LIFE, 3 * await seconds_to_answer(hub, driver))
    await hub.kill()
    while hub.kills < KILLS or len(driver.troubles) < KILLS:
        await hub.start()
        await asyncio.sleep(chance.uniform(0, longest))
        await hub.kill()
    await hub.start()
    driver.stop()
    await load


async def seconds_to_answer(hub: KillableHub, driver: Driver) -> float:
    """How long a hub takes here until a sender has its first answer."""
    start = time.monotonic()
    await hub.start()
    async with asyncio.timeout(DRAIN_SECONDS):
        await driver.answered.wait()
    return time.monotonic() - start


async def drained(database: Database) -> None:
    """Wait until no intent waits any more."""
    query = select(func.count()).where(job.c.state.in_(("ready", "leased")))
    async with asyncio.timeout(DRAIN_SECONDS):
        while True:
            if not await database.read(lambda connection: connection.execute(query).scalar_one()):
                return
            await asyncio.sleep(0.2)


def counted(remains: Remains, driver: Driver, heard: Recorder, kills: int) -> dict[str, int]:
    """The run in figures."""
    return {
        "kills": kills,
        "requests": driver.sent,
        "acknowledged": sum(len(trouble.acked) for trouble in driver.troubles),
        "stored": len(remains.alerts),
        "incidents": len(remains.incidents),
        "intents": len(remains.notifications),
        "delivered": len(heard.seen),
        "repeats": heard.seen.total() - len(heard.seen),
        "most attempts": max(row.attempts for row in remains.jobs),
    }
