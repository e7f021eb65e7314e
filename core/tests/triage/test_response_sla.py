"""SLA clocks: deadlines by severity, told once when they are at risk and once when they have passed."""
# ruff: noqa: ANN401 - fixtures of this folder

from dataclasses import replace
from typing import Any

import pytest
from incident_hub.host.config import SlaConfig, SlaTarget
from incident_hub.lifecycle import Lifecycle
from incident_hub.response.sla.control import SlaClocks
from incident_hub.response.sla.sweep import sweep_clocks
from incident_hub_hookspecs import Severity

SECOND = 1_000_000


class Deadlines:
    """Incidents with clocks; `sweep` looks at them as if so many seconds had passed since their beginning."""

    def __init__(self, rig: Any) -> None:
        self.rig = rig
        sla = SlaConfig(P1=SlaTarget(100, 1000), P2=SlaTarget(500, None), P4=SlaTarget())
        rig.config = replace(rig.config, sla=sla)
        given = (rig.database, rig.services().clock, lambda: None)
        self.lifecycle, self.clocks = Lifecycle(*given), SlaClocks(*given)
        self.begun = rig.services().clock.micros()

    async def incident(self, **values: Any) -> str:
        (key,) = await self.rig.incidents(
            1,
            **{"severity": "P1", "state": "triaged", "created_at": self.begun, "updated_at": self.begun}
            | values,
        )
        await self.reconcile(key)
        return str(key)

    async def reconcile(self, key: str) -> None:
        assert await self.rig.run("sla", {"incidents": [key]}) == "done"

    async def sweep(self, seconds: float) -> int:
        now = self.begun + int(seconds * SECOND)
        return int(await self.rig.database.write(lambda c: sweep_clocks(c, now)))

    async def told(self) -> list[tuple[str, str]]:
        """What the timeline says of deadlines."""
        rows = await self.rig.rows("event")
        return [(row["type"], row["data"].get("clock", "")) for row in rows if row["type"].startswith("Sla")]

    async def states(self) -> dict[str, str]:
        return {row["kind"]: row["state"] for row in await self.rig.rows("sla_clock")}


@pytest.fixture
def deadlines(rig: Any) -> Deadlines:
    return Deadlines(rig)


async def test_a_clock_is_at_risk_once_and_breached_once(deadlines: Deadlines) -> None:
    key = await deadlines.incident()
    await deadlines.reconcile(key)
    assert await deadlines.sweep(79) == 0
    for seconds in (81, 90, 101, 102):
        await deadlines.sweep(seconds)
    assert await deadlines.told() == [("SlaAtRisk", "acknowledge"), ("SlaBreached", "acknowledge")]
    assert await deadlines.states() == {"acknowledge": "breached", "resolve": "running"}
    routed = [job["payload"]["event"] for job in await deadlines.rig.rows("job") if job["kind"] == "route"]
    assert routed == ["sla_at_risk", "sla_breached"]


async def test_what_is_done_in_time_is_never_told(deadlines: Deadlines) -> None:
    key = await deadlines.incident()
    await deadlines.lifecycle.acknowledge(key, "ann")
    await deadlines.lifecycle.resolve(key, "ann")
    assert await deadlines.sweep(5000) == 0
    assert await deadlines.states() == {"acknowledge": "met", "resolve": "met"}


async def test_a_deadline_that_passed_just_before_the_acknowledgement_is_told_still(
    deadlines: Deadlines,
) -> None:
    key = await deadlines.incident(created_at=deadlines.begun - 150 * SECOND)
    await deadlines.lifecycle.acknowledge(key, "ann")
    await deadlines.sweep(0)
    await deadlines.sweep(1)
    assert await deadlines.told() == [("SlaBreached", "acknowledge")]
    assert (await deadlines.states())["acknowledge"] == "breached"


async def test_another_severity_has_other_deadlines_and_a_return_begins_anew(deadlines: Deadlines) -> None:
    key = await deadlines.incident()
    await deadlines.lifecycle.escalate(key, Severity.P2, "not that bad", "ann")
    await deadlines.reconcile(key)
    rows = {row["kind"]: row for row in await deadlines.rig.rows("sla_clock")}
    assert rows["acknowledge"]["deadline"] - rows["acknowledge"]["started_at"] == 500 * SECOND
    assert rows["resolve"]["state"] == "met"  # this severity has no such deadline
    await deadlines.lifecycle.acknowledge(key, "ann")
    await deadlines.lifecycle.resolve(key, "ann")
    await deadlines.lifecycle.reopen(key, "again", "ann")
    again = {row["kind"]: row for row in await deadlines.rig.rows("sla_clock")}["acknowledge"]
    assert (again["state"], again["met_at"]) == ("running", None)
    assert again["started_at"] > rows["acknowledge"]["started_at"]
    assert again["deadline"] - again["started_at"] == 500 * SECOND


async def test_a_pause_moves_the_deadlines_by_its_length(deadlines: Deadlines) -> None:
    key = await deadlines.incident()
    before = {row["kind"]: row["deadline"] for row in await deadlines.rig.rows("sla_clock")}
    await deadlines.clocks.pause(key, "the provider works on it", "ann")
    assert await deadlines.sweep(5000) == 0
    await deadlines.clocks.resume(key, "ann")
    after = {row["kind"]: row["deadline"] for row in await deadlines.rig.rows("sla_clock")}
    assert all(after[kind] > before[kind] for kind in before)
    assert [kind for kind, _ in await deadlines.told()] == ["SlaPaused", "SlaResumed"]


async def test_a_severity_without_deadlines_has_no_clocks(deadlines: Deadlines) -> None:
    await deadlines.incident(severity="P4")
    assert await deadlines.rig.rows("sla_clock") == []
