"""The writer process: it writes, it fails, it dies, it is not there; nobody is told anything untrue."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from incident_hub.domain.jobs import NewJob
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.storage import turnstile as turnstile_module
from incident_hub.storage import writer as writer_module
from incident_hub.storage.bulk import select_rows
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.storage.opening import open_database
from incident_hub.storage.sqlite import SqliteDatabase
from incident_hub.testing.template import sqlite_copy
from incident_hub.work.queue import enqueue
from incident_hub_hookspecs import Alert
from sqlalchemy import Connection

SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000000) SELECT max(i) FROM n"
)
COUNT = "SELECT count(*) FROM job"
HUB = """
import asyncio, sys
from incident_hub.storage.opening import open_database
async def run():
    database = open_database(sys.argv[1])
    database.start_writer(())
    while database.writer_pid is None:
        await asyncio.sleep(0.01)
    print(database.writer_pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(run())
"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_copy(tmp_path / "hub.db")


@pytest.fixture
async def apart(url: str) -> AsyncIterator[SqliteDatabase]:
    database = open_database(url)
    assert isinstance(database, SqliteDatabase)
    assert database.start_writer((enqueue,))
    await ready(database)
    yield database
    await database.close()


async def ready(database: Database, other_than: int | None = None) -> int:
    assert isinstance(database, SqliteDatabase)
    while (found := database.writer_pid) is None or found == other_than:  # noqa: ASYNC110 - a process
        await asyncio.sleep(0.01)
    return found


async def until_gone(pid: int) -> None:
    def alive() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    while alive():  # noqa: ASYNC110 - another process' end
        await asyncio.sleep(0.01)


def add(*keys: str) -> partial[None]:
    return partial(enqueue, jobs=[NewJob("a", {}, key) for key in keys], now=1)


async def count(database: Database) -> int:
    return int(await database.read(lambda c: c.exec_driver_sql(COUNT).scalar_one()))


async def test_work_runs_in_the_other_process_one_after_the_other(apart: SqliteDatabase) -> None:
    pid = await ready(apart)
    os.kill(pid, signal.SIGSTOP)
    asked = [asyncio.create_task(apart.write_apart(add(f"k{number}"))) for number in range(3)]
    await asyncio.sleep(0.05)
    assert await count(apart) == 0
    os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*asked)
    assert await count(apart) == 3


async def test_what_was_under_way_when_the_writer_died_is_refused_and_not_there(
    apart: SqliteDatabase,
) -> None:
    pid = await ready(apart)
    slow = asyncio.create_task(apart.write_apart(partial(select_rows, sql=SLOW, values=())))
    behind = asyncio.create_task(apart.write_apart(add("k")))
    await asyncio.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    for task in (slow, behind):
        with pytest.raises(DatabaseUnavailableError):
            await task
    assert await count(apart) == 0
    await apart.write_apart(add("meanwhile"))
    assert await ready(apart, other_than=pid)
    await apart.write_apart(add("again"))
    assert await count(apart) == 2


async def test_work_that_fails_is_rolled_back_and_harms_nobody(apart: SqliteDatabase) -> None:
    pid = await ready(apart)
    bad = partial(enqueue, jobs=[NewJob("a", {}, "k"), NewJob("a", {"x": {1, 2}}, "bad")], now=1)  # no JSON
    with pytest.raises(RuntimeError, match="TypeError"):
        await apart.write_apart(bad)
    with pytest.raises(Exception, match="pickle"):
        await apart.write_apart(lambda _: None)
    await apart.write_apart(add("good"))
    assert (await count(apart), apart.writer_pid) == (1, pid)


async def test_without_a_writer_the_same_work_runs_here(url: str) -> None:
    for database in (open_database(url), open_database("sqlite://")):
        assert await database.write_apart(partial(select_rows, sql="SELECT 1", values=())) == [(1,)]
        await database.close()
    assert not open_database("sqlite://").start_writer(())


async def test_a_busy_writer_does_not_starve_another_process(apart: SqliteDatabase, url: str) -> None:
    other, theirs, ours = open_database(url), 0, 0

    async def busy() -> None:
        nonlocal theirs
        while ours < 30:
            await apart.write_apart(add(f"busy {theirs}"))
            theirs += 1

    def quick(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE job SET priority = 1 WHERE key = 'busy 0'")

    tasks = [asyncio.create_task(busy()) for _ in range(4)]
    while ours < 30:
        await other.write(quick)
        ours += 1
    await asyncio.gather(*tasks)
    await other.close()
    assert theirs < 30 * 20


async def test_the_writer_leaves_with_its_hub_however_that_goes(url: str) -> None:
    database = open_database(url)
    database.start_writer(())
    pid = await ready(database)
    await database.close()
    await until_gone(pid)
    hub = await asyncio.create_subprocess_exec(sys.executable, "-c", HUB, url, stdout=subprocess.PIPE)
    assert hub.stdout is not None
    pid = int(await hub.stdout.readline())
    hub.kill()
    await hub.wait()
    await until_gone(pid)


async def test_kills_of_the_writer_lose_no_acknowledged_alert_and_double_no_delivery(tmp_path: Path) -> None:
    sqlite_copy(tmp_path / "incident-hub.db")
    hub = await Hub.create(HubConfig(data_dir=tmp_path), workers=False, writer_process=True)
    await hub.start()
    acked: dict[str, str] = {}
    refused: Counter[str] = Counter()
    stopping = asyncio.Event()

    async def sender(name: str) -> None:
        number, key = 0, ""
        while not stopping.is_set() or key not in acked:
            key = f"{name}-{number}"
            try:
                (ack,) = await hub.intake.submit([Alert("s", f"t{number % 7}")], delivery_key=key)
            except DatabaseUnavailableError:
                refused[key] += 1
            else:
                acked[key] = ack.alert_id
                number += 1

    senders = [asyncio.create_task(sender(f"s{number}")) for number in range(8)]
    pid = 0
    for _ in range(4):
        pid = await ready(hub.database, other_than=pid)
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
    stopping.set()
    await asyncio.gather(*senders)
    stored = await hub.database.read(lambda c: c.exec_driver_sql("SELECT id FROM alert").scalars().all())
    total = await hub.database.read(lambda c: c.exec_driver_sql("SELECT sum(count) FROM incident").scalar())
    await hub.stop()
    assert refused
    assert sorted(acked.values()) == sorted(stored)
    assert total == len(acked)


async def test_a_writer_that_stands_still_is_waited_for_and_then_refused(
    apart: SqliteDatabase, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile_module, "_PATIENCE", 0.05)
    pid, other = await ready(apart), open_database(url)
    slow = asyncio.create_task(apart.write_apart(partial(select_rows, sql=SLOW, values=())))
    await asyncio.sleep(0.05)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(DatabaseUnavailableError, match="another process"):
        await other.write(add("k"))
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(DatabaseUnavailableError):
        await slow
    await other.write(add("k"))
    assert await count(other) == 1
    await other.close()
