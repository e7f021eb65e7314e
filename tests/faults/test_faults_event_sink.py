"""A worker that is killed at any moment leaves no event untold: sink_jsonl's file holds every one."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events.append import append_events
from incident_hub.storage.database import Database
from incident_hub.storage.tables import event_sink
from sqlalchemy import Connection, select

KILLS = 2
pytestmark = pytest.mark.slow
CONFIG = """
plugins: {sink_jsonl: {path: events.jsonl}}
work: {lease_seconds: 2}
plugin_calls: {deadline_seconds: 0.5}
event_sinks: {from_beginning: [sink_jsonl]}
"""
PLACE = select(event_sink.c.cursor).where(event_sink.c.plugin == "sink_jsonl")


@contextmanager
def worker(folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker that tells sinks; killed at the end."""
    (folder / "incident-hub.yaml").write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "incident_hub", "worker", "--kinds", "events"]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, "DATABASE_URL": url}, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def add(connection: Connection) -> None:
    new = [NewEvent("i", EventType.CREATED, n, "test", {"n": n}) for n in range(random.randrange(1, 40))]
    append_events(connection, new)


def cursors(file: Path) -> list[int]:
    lines = file.read_bytes().splitlines() if file.exists() else []
    return [json.loads(line)["cursor"] for line in lines[:-1]] + (
        [json.loads(lines[-1])["cursor"]] if lines and lines[-1].endswith(b"}") else []
    )


async def told_more(database: Database, file: Path, process: subprocess.Popen[bytes]) -> None:
    """Events come until the worker has told some."""
    before = len(cursors(file))
    while len(cursors(file)) < before + 200:
        assert process.poll() is None
        await database.write(add)
        await asyncio.sleep(0.005)


async def test_a_worker_killed_while_it_tells_leaves_nothing_out(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    for _ in range(KILLS):
        with worker(tmp_path, database_url) as process:
            await told_more(database, file, process)
    await database.write(add)
    last = await database.read(lambda c: c.exec_driver_sql("SELECT max(cursor) FROM event").scalar_one())
    with worker(tmp_path, database_url) as process:
        while await database.read(lambda c: c.execute(PLACE).scalar_one()) < last:
            assert process.poll() is None
            await asyncio.sleep(0.05)
    found = cursors(file)
    assert set(found) == set(range(1, last + 1))
    highest = 0
    for cursor in found:  # a batch may come again; none is told ahead of what is missing
        assert cursor <= highest + 1
        highest = max(highest, cursor)
