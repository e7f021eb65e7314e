"""From signals to groups: by the hub's triage on a throw-away database, and by fixed keys as a baseline."""

import logging
from collections.abc import Hashable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import orjson
from incident_hub.domain.correlation import correlation_key
from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import Job
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.response.handlers import batch_handlers
from incident_hub.storage.tables import incident
from incident_hub_hookspecs import Alert, LlmIdentity, Service, hookimpl
from incident_hub_hookspecs.testing import KnownDirectory
from signals import Signal
from sqlalchemy import Connection, select
from topology import Platform

__all__ = ["fixed_key_groups", "hub_groups"]

BEGIN = 1_800_000_000_000_000
TURN = 20.0  # incidents of so many seconds are triaged together
WINDOW = 300.0
logging.getLogger("incident_hub").setLevel(logging.ERROR)


def fixed_key_groups(signals: Sequence[Signal]) -> list[Hashable]:
    """As `group_by: [alertname, service]` in Alertmanager, the grouping that its documentation begins with."""
    return [(one.labels.get("alertname"), one.labels.get("service")) for one in signals]


async def hub_groups(signals: Sequence[Signal], platform: Platform) -> list[Hashable]:
    """The group of each signal; one that stays alone is a group of its own."""
    services = [Service(a.name, depends_on=tuple(a.depends_on)) for a in platform.everything.values()]
    catalog = SimpleNamespace(register_directories=hookimpl(lambda: [KnownDirectory(services=services)]))
    with TemporaryDirectory() as folder:
        config = HubConfig(
            data_dir=Path(folder), plugins_allow=("correlator_window", "correlator_topology", "catalog")
        )
        hub = await Hub.create(config, plugins=[("catalog", catalog)], workers=False)
        try:
            return await _triage(hub, signals)
        finally:
            await hub.stop()


async def _triage(hub: Hub, signals: Sequence[Signal]) -> list[Hashable]:
    handler = batch_handlers(hub._services)["triage"]
    rows = [_row(one, number) for number, one in enumerate(signals)]
    start = 0
    while start < len(rows):
        until = signals[start].at + TURN
        end = next((n for n in range(start, len(rows)) if signals[n].at > until), len(rows))
        part = rows[start:end]
        await hub.database.write(lambda c, part=part: c.execute(incident.insert(), part))
        job = Job(f"j{start}", "triage", None, None, {"incidents": [row["id"] for row in part]}, 1, 1)
        done = await handler([job])
        assert done.effects is not None
        await hub.database.write(done.effects)
        start = end

    def read(connection: Connection) -> dict[str, str | None]:
        return {
            row.id: row.group_id for row in connection.execute(select(incident.c.id, incident.c.group_id))
        }

    groups = await hub.database.read(read)
    return [groups[str(row["id"])] or row["id"] for row in rows]


def _row(one: Signal, number: int) -> dict[str, object]:
    at = BEGIN + int(one.at * 1_000_000)
    llm = LlmIdentity(**one.llm)
    alert = Alert(source=one.source, title=one.title, labels=one.labels, llm=llm)
    key = new_id(at)
    return {
        "id": key, "fingerprint": f"{number:032x}", "dedup_slot": "", "title": one.title, "source": one.source,
        "severity": "P2", "state": "detected", "type": "unknown", "correlation_key": correlation_key(alert),
        "labels": orjson.dumps(one.labels).decode(), "llm": orjson.dumps(one.llm).decode(),
        "created_at": at, "updated_at": at, "first_seen": at, "last_seen": at,
    }  # fmt: skip
