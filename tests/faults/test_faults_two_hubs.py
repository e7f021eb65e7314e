"""Two hubs on one PostgreSQL, one of them killed each second: every page of every level is sent, once.

HUB_STORM_SEED repeats a run's choices, HUB_STORM_SECONDS makes it shorter or longer.
"""

import asyncio
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from incident_hub.host.config import WorkConfig
from incident_hub.response.escalation.document import policy_from
from incident_hub.response.escalation.policies import put_policies
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.storage.tables import event, incident, job
from incident_hub.testing.postgres import PostgresServer, free_port
from incident_hub.testing.storm.killing import KillableHub, killable_hub
from incident_hub.testing.storm.recorder import recorder
from sqlalchemy import func, select

SECONDS = int(os.environ.get("HUB_STORM_SECONDS", "120"))
SEED = int(os.environ.get("HUB_STORM_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
PLACE = "notifier_webhook.0"
DELAY = 3
LEVEL = {"targets": [f"target:{PLACE}"]}
POLICY = {
    "id": "storm",
    "levels": [LEVEL, {**LEVEL, "delay_seconds": DELAY}, {**LEVEL, "delay_seconds": DELAY}],
}
LEVELS = ("created:1", "escalated:1.2", "escalated:1.3")
RATE = 4  # incidents a second
DRAIN_SECONDS = 180
TAKEN_OVER = 15.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    return postgres_server.url(postgres_server.borrow())


async def test_each_page_is_sent_once_though_a_hub_dies_each_second(
    url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    print(f"HUB_STORM_SEED={SEED} HUB_STORM_SECONDS={SECONDS}")
    database = open_database(url)
    await database.write(lambda c: put_policies(c, [policy_from(POLICY)], "test", 1) and None)
    same = {"database_url": url, "folder": str(tmp_path), "policy": "storm"}
    same["lease_seconds"] = str(WorkConfig().lease_seconds)
    async with recorder(random.Random(SEED), free_port()) as heard:
        ports, same["notify_url"] = two_ports(), heard.url
        async with (
            killable_hub(port=str(ports[0]), **same) as first,
            killable_hub(port=str(ports[1]), **same) as second,
        ):
            sent = await storm((first, second), ports)
            await drained(database, sent)
            kills = first.kills + second.kills
        rows = await database.read(lambda c: c.execute(select(job).where(job.c.kind == "notify")).all())
        wrong = wrongs(await incidents(database), rows, heard.seen, kills)
        wrong += await early(database)
        counts = {
            "kills": kills, "incidents": sent, "pages": len(heard.seen),
            "repeats": heard.seen.total() - len(heard.seen), "most attempts": max(row.attempts for row in rows),
        }  # fmt: skip
    print(counts)
    record_property("counts", counts)
    await database.close()
    assert wrong == [], "\n".join(wrong[:50])
    assert kills >= SECONDS


async def test_what_a_killed_hub_held_is_taken_over_in_time(url: str, tmp_path: Path) -> None:
    same = {"database_url": url, "folder": str(tmp_path), "lease_seconds": str(WorkConfig().lease_seconds)}
    async with recorder(random.Random(SEED), free_port(), slowest=60) as heard:
        ports, same["notify_url"] = two_ports(), heard.url
        async with (
            killable_hub(port=str(ports[0]), **same) as first,
            killable_hub(port=str(ports[1]), **same) as second,
        ):
            await first.start()
            await tell(ports[:1], 0)
            await until(lambda: heard.seen.total() == 1)  # it waits for the answer
            await first.kill()
            killed = time.monotonic()
            await second.start()
            await until(lambda: heard.seen.total() == 2)
            taken = time.monotonic() - killed
            await second.kill()
    print({"taken over after": round(taken, 2)})
    assert len(heard.seen) == 1
    assert taken < TAKEN_OVER


def two_ports() -> tuple[int, int]:
    first = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        return first, free_port()


async def storm(hubs: Sequence[KillableHub], ports: Sequence[int]) -> int:
    """Send alerts all the time while one hub after the other dies; then let both work. Returns how many were sent."""
    for hub in hubs:
        await hub.start()
    over = asyncio.Event()
    sending = asyncio.create_task(send(ports, over))
    begun = time.monotonic()
    for turn in range(SECONDS):
        await asyncio.sleep(max(0.0, begun + turn + 1 - time.monotonic()))
        await hubs[turn % 2].kill()
        await hubs[turn % 2].start()
    over.set()
    return await sending


async def send(ports: Sequence[int], over: asyncio.Event) -> int:
    """New troubles at an even rate, each until it is acknowledged."""
    async with asyncio.TaskGroup() as group:
        for number in count():
            group.create_task(tell(ports, number))
            await asyncio.sleep(1 / RATE)
            if over.is_set():
                return number + 1
    raise AssertionError


async def tell(ports: Sequence[int], number: int) -> None:
    """Repeat under one delivery id, to whichever hub answers."""
    body = {
        "title": f"trouble {number}",
        "dedup_key": f"trouble {number}",
        "severity": "P1",
        "stateful": True,
    }
    async with httpx.AsyncClient(timeout=5) as client:
        for port in (ports[turn % len(ports)] for turn in count(number)):
            try:
                answer = await client.post(
                    f"http://127.0.0.1:{port}/webhooks/generic",
                    json=body,
                    headers={"idempotency-key": f"{number}"},
                )
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 202:
                return
            await asyncio.sleep(0.05)


async def drained(database: Database, sent: int) -> None:
    """Wait until every incident went through all its levels, and nothing waits but the ends of the policies."""
    fired = select(func.count()).select_from(event).where(event.c.type == "EscalationStepped")
    left = select(func.count()).where(job.c.state.in_(("ready", "leased")), job.c.kind != "escalate")
    async with asyncio.timeout(DRAIN_SECONDS):
        while True:
            levels = await database.read(lambda c: c.execute(fired).scalar_one())
            waiting = await database.read(lambda c: c.execute(left).scalar_one())
            if levels == sent * len(LEVELS) and not waiting:
                return
            await asyncio.sleep(0.5)


async def incidents(database: Database) -> list[str]:
    return await database.read(lambda c: list(c.execute(select(incident.c.id)).scalars()))


def wrongs(ids: Sequence[str], rows: Sequence[Any], heard: Mapping[str, int], kills: int) -> list[str]:
    """Pages that are missing, that nobody asked for, or that came more often than kills explain."""
    seen = Counter(heard)
    wanted = {f"notify:{key}:{level}:{PLACE}" for key in ids for level in LEVELS}
    known = {row.key: row for row in rows}
    found = [f"no intent: {key}" for key in wanted - known.keys()]
    found += [f"nobody asked for {key}" for key in known.keys() - wanted]
    found += [f"never sent: {key}" for key in wanted if not seen[key]]
    found += [f"{key} is {row.state}: {row.error}" for key, row in known.items() if row.state != "done"]
    found += [f"unknown key: {key}" for key in seen.keys() - wanted]
    for key, times in seen.items():
        if times > 1 and (key not in known or times > known[key].attempts):
            found.append(f"{key} was sent {times} times")
    slots = WorkConfig().concurrency
    if seen.total() - len(seen) > kills * slots:
        found.append(f"{seen.total() - len(seen)} repeats of {kills} kills")
    return found


async def early(database: Database) -> list[str]:
    """Levels that fired before their delay was over, or twice."""
    query = select(event.c.incident_id, event.c.at, event.c.data).where(event.c.type == "EscalationStepped")
    fired: dict[str, list[tuple[int, int]]] = {}
    for row in await database.read(lambda c: c.execute(query.order_by(event.c.cursor)).all()):
        fired.setdefault(row.incident_id, []).append((orjson.loads(row.data)["level"], row.at))
    found = [
        f"{key} fired {[n for n, _ in steps]}"
        for key, steps in fired.items()
        if [n for n, _ in steps] != [1, 2, 3]
    ]
    for key, steps in fired.items():
        for (_, before), (level, after) in pairwise(steps):
            if after - before < DELAY * 1_000_000 - 20_000:  # the clocks of hubs and database, read apart
                found.append(f"level {level} of {key} fired after {(after - before) / 1_000_000:.3f} s")
    return found


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - the other side is a socket
            await asyncio.sleep(0.01)
