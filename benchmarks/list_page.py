"""What a list page costs with 1,000 and with 100,000 incidents: keyset pages should not feel the difference.

uv run python benchmarks/list_page.py
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx
from incident_hub.api.app import create_app
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.testing.template import sqlite_copy
from incident_hub_hookspecs import Alert, Severity

SIZES = (1_000, 100_000)
RUNS = 200
GOAL = 2.0
FIELDS = "nodes { id title source severity state type fingerprint count version createdAt }"
PAGES = {
    "newest": "(first: 50)",
    "one state": "(first: 50, filter: { states: [DETECTED] })",
    "one severity": "(first: 50, filter: { severities: [P1] })",
    "two states": "(first: 50, filter: { states: [DETECTED, TRIAGED] })",
    "active": "(first: 50, filter: { activeOnly: true })",
    "by severity": "(first: 50, sort: { field: SEVERITY, order: ASC })",
}


async def main() -> None:
    """Fill a hub on SQLite, twice, and read the same pages."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        sqlite_copy(Path(folder) / "incident-hub.db")
        hub = await Hub.create(HubConfig(data_dir=Path(folder)), workers=False)
        transport = httpx.ASGITransport(create_app(hub))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            found = [await _measured(hub, client, size) for size in SIZES]
        await hub.stop()
    for name, (few, many) in {name: (found[0][name], found[1][name]) for name in PAGES}.items():
        judged = "reached" if many <= GOAL * few else "MISSED"
        print(
            f"{name:<14}{few:>8.2f} ms {many:>8.2f} ms {many / few:>6.2f} times   goal at most {GOAL:g}  {judged}"
        )


async def _measured(hub: Hub, client: httpx.AsyncClient, size: int) -> dict[str, float]:
    """The median milliseconds of each page."""
    await _fill(hub, size)
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    for _ in range(RUNS):
        for name, arguments in PAGES.items():
            query = f"{{ incidents{arguments} {{ {FIELDS} pageInfo {{ endCursor }} }} }}"
            begin = time.perf_counter()
            answer = await client.post("/graphql", json={"query": query})
            times[name].append(time.perf_counter() - begin)
            if answer.json().get("errors"):
                raise RuntimeError(answer.text)
    return {name: median(one) * 1000 for name, one in times.items()}


async def _fill(hub: Hub, size: int) -> None:
    """Add incidents until there are `size`."""
    count = "SELECT count(*) FROM incident"
    have = await hub.database.read(lambda c: int(c.exec_driver_sql(count).scalar_one()))
    levels = list(Severity)
    for start in range(have, size, 1000):
        alerts = [
            Alert("bench", f"trouble {n}", severity=levels[n % 5], labels={"n": str(n)})
            for n in range(start, start + 1000)
        ]
        await hub.intake.submit(alerts)


if __name__ == "__main__":
    asyncio.run(main())
