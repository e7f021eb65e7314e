"""The database is gone: every answer says so, none is a false yes."""

from collections.abc import Callable
from typing import TypeVar

import httpx
from incident_hub.api.app import create_app
from incident_hub.hub import Hub
from incident_hub.intake import Intake
from incident_hub.storage.database import Database, DatabaseUnavailableError
from sqlalchemy import Connection

T = TypeVar("T")


class _Gone(Database):
    dialect = "sqlite"

    async def read(self, work: Callable[[Connection], T]) -> T:
        raise DatabaseUnavailableError(f"gone before {work}")

    async def write(self, work: Callable[[Connection], T]) -> T:
        return await self.read(work)

    async def close(self) -> None:
        pass


async def test_without_a_database_every_answer_is_try_again_and_none_a_false_yes(hub: Hub) -> None:
    held = hub.database
    hub.database = gone = _Gone()
    hub.intake = Intake(
        gone, hub.clock, deduplication_seconds=9, reopen_seconds=9, queue_limit=9, on_commit=hub.wake
    )
    silence = {"matchers": [{"name": "a", "value": "b"}], "startsAt": "2026-01-01T00:00:00Z"}
    silence |= {"endsAt": "2100-01-01T00:00:00Z", "createdBy": "ann", "comment": ""}
    some_id = "01a20838-1741-7000-bfe8-d8e818dba0bc"
    transport = httpx.ASGITransport(create_app(hub), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        answers = [
            await client.post("/api/v2/alerts", json=[{"labels": {"alertname": "A"}}]),
            await client.post("/api/v2/silences", json=silence),
            await client.delete(f"/api/v2/silence/{some_id}"),
            *[await client.get(f"/api/v2/{path}") for path in ("alerts", "silences", f"silence/{some_id}")],
            await client.get("/-/ready"),
        ]
        assert (await client.get("/-/healthy")).status_code == 200
    hub.database = held
    assert {a.status_code for a in answers} == {503}
    assert all(int(a.headers["retry-after"]) > 0 for a in answers)
