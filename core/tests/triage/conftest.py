"""A small hub for triage and response: fake plugins on a real database."""
# ruff: noqa: ANN401, ARG002 - the rig and what fakes answer are whatever a test makes them

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import Job
from incident_hub.host.config import HubConfig, NotifyConfig, NotifyTarget, TriageConfig
from incident_hub.host.directories import Directories
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.response.handlers import batch_handlers, handlers
from incident_hub.storage import tables
from incident_hub.storage.database import Database
from incident_hub.triage.lookup import Lookup
from incident_hub.triage.services import Services
from incident_hub.work.worker import Done, GiveUp, Later
from incident_hub_hookspecs import BlastRadius
from incident_hub_hookspecs.testing import plugin_context
from sqlalchemy import Connection, select

BASE = 1_800_000_000_000_000


class Fake:
    """Answers every hook with what one function makes of the incidents."""

    name = ""
    idempotent = True
    blast_radius = BlastRadius.NONE
    parameters = None

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer = answer
        self.calls = 0

    async def _reply(self, *given: Any, **more: Any) -> Any:
        self.calls += 1
        return self.answer(*given)

    classify = enrich = correlate = send = run = _reply


class Rig:
    """One database, one registry; jobs are run as a worker would run them."""

    def __init__(self, database: Database) -> None:
        self.database, self.registry = database, Registry()
        self.config = HubConfig()
        self._made = 0

    def add(self, kind: str, name: str, answer: Callable[..., Any]) -> Fake:
        """Register a fake plugin under `classifiers`, `notifiers` or another kind."""
        fake = Fake(answer)
        self.registry.records[name] = PluginRecord(name, name, "1.0", PluginStatus.ACTIVE)
        self.registry.contexts[name] = plugin_context(name)
        place = getattr(self.registry, kind)
        if kind == "actions":
            place[name] = (name, fake)
        elif isinstance(place, dict):
            place[name] = fake
        else:
            place.append((name, fake))
        return fake

    def configure(self, *targets: NotifyTarget, **triage: Any) -> None:
        """Set notification targets and triage options."""
        self.config = HubConfig(notify=NotifyConfig(targets=targets), triage=TriageConfig(**triage))

    def services(self) -> Services:
        """What handlers work with."""
        dispatcher = Dispatcher(self.registry)
        return Services(
            self.database, self.registry, dispatcher, self.config, Lookup(self.database),
            Directories(self.registry, dispatcher, deadline=5, cache_seconds=0), HubClock(),
        )  # fmt: skip

    async def incidents(self, count: int, **values: Any) -> list[str]:
        """New incidents, a millisecond apart."""
        rows = [self._row(values) for _ in range(count)]
        await self.database.write(lambda c: c.execute(tables.incident.insert(), rows))
        return [str(row["id"]) for row in rows]

    def _row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        self._made += 1
        at = BASE + self._made * 1000
        times = dict.fromkeys(("created_at", "updated_at", "first_seen", "last_seen"), at)
        row = {
            "id": new_id(at), "fingerprint": f"{self._made:032x}", "title": f"trouble {self._made}",
            "source": "test", "severity": "P3", "state": "detected", "type": "unknown",
            "correlation_key": "service:checkout",
        }  # fmt: skip
        return row | times | {"dedup_slot": row["id"]} | values

    async def run(self, kind: str, payload: Mapping[str, Any], **job: Any) -> str:
        """Run a job; returns `done`, or the name and text of what its handler raised."""
        given = {"id": "job", "key": None, "incident_id": None, "attempts": 1, "token": 1} | job
        made = Job(kind=kind, payload=payload, **given)
        services = self.services()
        together = batch_handlers(services).get(kind)
        try:
            done: Done = await (together([made]) if together else handlers(services)[kind](made))
        except Exception as error:
            effects = error.effects if isinstance(error, GiveUp | Later) else None
            if effects:
                await self.database.write(effects)
            return f"{type(error).__name__}: {error}"
        if done.effects:
            await self.database.write(done.effects)
        return "done"

    async def triage(self, ids: Sequence[str]) -> str:
        """Run one triage job."""
        return await self.run("triage", {"incidents": list(ids)})

    async def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """The table's rows with these values, JSON read."""
        kind = tables.metadata.tables[table]
        query = select(kind).filter_by(**where).order_by(*kind.primary_key.columns)

        def read(connection: Connection) -> list[dict[str, Any]]:
            return [_decoded(row) for row in connection.execute(query).mappings()]

        return await self.database.read(read)

    async def change(self, table: str, key: str, **values: Any) -> None:
        """Change one row behind everybody's back."""
        kind = tables.metadata.tables[table]
        await self.database.write(lambda c: c.execute(kind.update().where(kind.c.id == key).values(**values)))

    async def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        names = ("finding", "event", "link", "incident_group", "job")
        return {name: len(await self.rows(name)) for name in names}


def _decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: orjson.loads(v) if k in ("data", "value", "payload") else v for k, v in row.items()}


@pytest.fixture
def rig(database: Database) -> Rig:
    """A small hub."""
    return Rig(database)
