"""100,000 pending escalation timers: how late they fire, how soon after a restart, what a cancel costs.

`uv run python benchmarks/response/timers.py [--database sqlite|postgresql] [--pending 100000] [--due 5000]`
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import seeding
from incident_hub.domain.times import SECOND
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.lifecycle.runs import stop_runs
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.storage.tables import event, job
from incident_hub.testing.postgres import PostgresServer
from incident_hub.testing.template import make_template, sqlite_copy
from incident_hub.triage.route import notify_key
from incident_hub_hookspecs import CallContext, Notification, Notifier, PluginContext, Receipt, hookimpl
from sqlalchemy import Connection, func, select

STEADY_SECONDS = 20
RATE = 50  # timers that fall due a second
_PATIENCE = 120


class Pager:
    """Takes every page at once, and remembers when."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.repeats = 0

    async def send(self, notification: Notification, context: CallContext) -> Receipt:  # noqa: ARG002
        self.repeats += notification.key in self.at
        self.at[notification.key] = time.time()
        return Receipt("1")

    async def heard(self, count: int) -> None:
        """Wait until so many pages came."""
        async with asyncio.timeout(_PATIENCE):
            while len(self.at) < count:  # noqa: ASYNC110 - a benchmark may look again
                await asyncio.sleep(0.01)

    @hookimpl
    def register_notifiers(self, context: PluginContext[None]) -> Sequence[Notifier]:  # noqa: ARG002
        return [self]


async def hub_on(url: str, folder: Path, pager: Pager) -> Hub:
    """A hub with this pager and nothing else, working."""
    config = HubConfig(database_url=url, data_dir=folder, plugins_allow=("pager",), notify=seeding.NOTIFY)
    hub = await Hub.create(config, plugins=[("pager", pager)])
    await hub.start()
    return hub


async def steady(url: str, folder: Path, pending: int) -> None:
    """Timers that fall due all the time, among many that do not."""
    count = STEADY_SECONDS * RATE
    begin = time.time_ns() // 1000 + 3 * SECOND
    due = [begin + index * SECOND // RATE for index in range(count)]
    database = open_database(url)
    started = time.perf_counter()
    ids = await seeding.fill(database, pending, due)
    print(f"  {pending + count:,} timers written in {time.perf_counter() - started:.1f} s")
    pager = Pager()
    hub = await hub_on(url, folder, pager)
    await fired(database, ids)
    await pager.heard(len(ids))
    await hub.stop()
    late = await lateness(database, dict(zip(ids, due, strict=True)))
    paged = [
        pager.at[notify_key(key, "escalated", "1.1", "pager.0")] - at / SECOND
        for key, at in zip(ids, due, strict=True)
    ]
    show("steady: level fired after it was due", late)
    show("steady: page sent after it was due", paged)
    print(f"  early: {sum(one < 0 for one in late)}, sent twice: {pager.repeats}")
    await database.close()


async def restart(url: str, folder: Path, due: int) -> None:
    """All that fell due while no hub ran."""
    past = time.time_ns() // 1000 - 60 * SECOND
    database = open_database(url)
    ids = await seeding.fill(database, 0, [past] * due)
    pager = Pager()
    begun = time.time()
    hub = await hub_on(url, folder, pager)
    await fired(database, ids)
    await pager.heard(due)
    all_paged = max(pager.at.values()) - begun
    stamps = await events_at(database, ids)
    await hub.stop()
    print(f"  restart: {due:,} due, all levels fired after {max(stamps.values()) / SECOND - begun:.2f} s, "
          f"all pages sent after {all_paged:.2f} s, sent twice: {pager.repeats}")  # fmt: skip
    await database.close()


async def cancel(url: str) -> None:
    """One statement, whatever waits."""
    database = open_database(url)
    ids = await seeding.fill(database, 200, [])
    taken = []
    for key in ids:

        def stop(connection: Connection, key: str = key) -> float:
            begun = time.perf_counter()
            assert len(stop_runs(connection, [key], "acknowledged", "bench", 1)) == 1
            return time.perf_counter() - begun

        taken.append(await database.write(stop))
    print(f"  cancel: one statement, median {statistics.median(taken) * 1000:.2f} ms, "
          f"max {max(taken) * 1000:.2f} ms")  # fmt: skip
    await database.close()


async def fired(database: Database, ids: Sequence[str]) -> None:
    """Wait until each of the incidents has an event of its level."""
    async with asyncio.timeout(_PATIENCE):
        while len(await events_at(database, ids)) < len(ids):  # noqa: ASYNC110 - the truth is in the database
            await asyncio.sleep(0.2)


async def events_at(database: Database, ids: Sequence[str]) -> dict[str, int]:
    """When the level of each of the incidents fired."""
    query = select(event.c.incident_id, func.min(event.c.at)).where(
        event.c.type == "EscalationStepped"
    ).group_by(event.c.incident_id)  # fmt: skip
    rows = await database.read(lambda c: c.execute(query).all())
    wanted = set(ids)
    return {key: at for key, at in rows if key in wanted}


async def lateness(database: Database, due: dict[str, int]) -> list[float]:
    """Seconds after it was due, for each."""
    stamps = await events_at(database, list(due))
    return [(stamps[key] - at) / SECOND for key, at in due.items()]


def show(name: str, seconds: Sequence[float]) -> None:
    """One line."""
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(f"  {name}: median {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, max {ordered[-1] * 1000:.0f} ms")


async def measure(kind: str, url: str, folder: Path, pending: int, due: int) -> None:
    """All rows of one database."""
    print(kind)
    await steady(url, folder, pending)
    await restart(url, folder, due)
    await cancel(url)
    database = open_database(url)
    left = await database.read(
        lambda c: c.execute(select(func.count()).where(job.c.state == "ready")).scalar_one()
    )
    print(f"  timers still waiting: {left:,}")
    await database.close()


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    words.add_argument("--pending", type=int, default=100_000)
    words.add_argument("--due", type=int, default=5_000)
    asked = words.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for kind in asked.database or ("sqlite", "postgresql"):
            if kind == "sqlite":
                url = sqlite_copy(folder / "hub.db")
            else:
                server = PostgresServer()
                stack.callback(server.close)
                server.start()
                make_template(server)
                url = server.url(server.borrow())
            asyncio.run(measure(kind, url, folder, asked.pending, asked.due))


if __name__ == "__main__":
    main()
