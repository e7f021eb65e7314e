"""A hub that has taken alerts for an hour, on each database, to simulate with."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from incident_hub.domain import ids
from incident_hub.domain.times import SECOND, to_micros
from incident_hub.host.config import HubConfig
from incident_hub.host.config_tree import build
from incident_hub.hub import Hub
from incident_hub.simulation.report import Report
from incident_hub.simulation.run import simulate
from incident_hub.simulation.settings import changed, rebuilt
from incident_hub.simulation.stored import Span
from incident_hub.testing.clock import StandingClock
from incident_hub.testing.running import RunningHub, running
from incident_hub_hookspecs import Alert, AlertStatus, LlmIdentity, Severity
from incident_hub_hookspecs.testing import NOON, RecordingHttp

AURORA = LlmIdentity(provider="aurora", model="aurora-large")
URL = "https://pager.example.com/secret-path"


class Past:
    """The hub, what went out of it, and what a simulation of it says."""

    def __init__(self, running_hub: RunningHub, clock: StandingClock, http: RecordingHttp) -> None:
        self.running, self.clock, self.http = running_hub, clock, http
        self.config: HubConfig = running_hub.hub.config

    async def fire(self, *titles: str, **more: Any) -> list[str | None]:  # noqa: ANN401 - an alert's fields
        alerts = [Alert(source="gateway", title=title, **more) for title in titles]
        acks = await self.running.hub.intake.submit(alerts)
        await self.running.settled()
        return [ack.incident_id for ack in acks]

    def pass_seconds(self, seconds: float) -> None:
        self.clock.move(seconds)

    def span(self, after: float = 0) -> Span:
        start = to_micros(NOON)
        return Span(start + int(after * SECOND), self.clock.micros() + SECOND)

    async def simulated(
        self, changes: dict[str, Any] | None = None, *, after: float = 0, limit: int = 100
    ) -> Report:
        config = rebuilt(changed(self.config, changes or {}))
        return await simulate(self.running.hub.database, config, self.span(after), limit)


@pytest.fixture
async def past(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Past]:
    monkeypatch.setattr(ids, "_state", [0])  # an earlier test's hub may have been at a later time
    config = build(
        HubConfig,
        {
            "database_url": database_url,
            "data_dir": str(tmp_path),
            "plugins_allow": [
                "classifier_rules",
                "correlator_window",
                "notifier_webhook",
                "enricher_service",
            ],
            "notify": {"targets": [{"channel": "notifier_webhook", "min_severity": "P1", "url": URL}]},
        },
        "",
    )
    clock, http = StandingClock(), RecordingHttp()
    hub = await Hub.create(config, clock=clock, http=http)
    async with running(hub) as made:
        yield Past(made, clock, http)


async def an_hour(past: Past) -> dict[str, str | None]:
    """Six alerts: one problem that comes three times, one beside it, one that recovers, one of no severity."""
    found: dict[str, str | None] = {}
    (found["outage"],) = await past.fire("aurora answers 503", severity=Severity.P1, llm=AURORA)
    past.pass_seconds(10)
    (found["slow"],) = await past.fire("aurora-large is slow", severity=Severity.P2, llm=AURORA)
    past.pass_seconds(590)
    await past.fire("aurora answers 503", severity=Severity.P1, llm=AURORA)
    past.pass_seconds(100)
    (found["disk"],) = await past.fire("disk of eval-3 is full", severity=Severity.P1, stateful=True)
    past.pass_seconds(60)
    await past.fire("disk of eval-3 is full", status=AlertStatus.RESOLVED, stateful=True)
    past.pass_seconds(1000)
    (found["again"],) = await past.fire("aurora answers 503", severity=Severity.P1, llm=AURORA)
    past.pass_seconds(1000)
    (found["tokens"],) = await past.fire("tokens of tenant-3 run low")
    return found
