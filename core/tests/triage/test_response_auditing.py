"""The auditor finds what should have happened and did not, mends it, and raises one incident about the hub."""
# ruff: noqa: ANN401 - fixtures of this folder

from dataclasses import replace
from typing import Any

import orjson
import pytest
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.host.config import (
    AuditorConfig,
    EscalationConfig,
    HeartbeatConfig,
    NotifyConfig,
    NotifyTarget,
)
from incident_hub.intake import Intake
from incident_hub.response.auditing.auditor import Auditor
from incident_hub.response.auditing.trouble import TroubleKind
from incident_hub.response.escalation.document import policy_from
from incident_hub.response.escalation.policies import put_policies
from incident_hub.response.heartbeat import Pulse
from incident_hub.storage import tables
from incident_hub.storage.tables_escalation import escalation
from incident_hub.work.queue import enqueue
from incident_hub_hookspecs.testing import Answer, RecordingHttp
from sqlalchemy import delete, update

MINUTE = 60_000_000
POLICY = {
    "id": "ops",
    "levels": [{"targets": ["target:pager.0"]}, {"targets": ["target:pager.0"], "delay_seconds": 60}],
}


class Watch:
    """A hub whose work can be lost, and its auditor."""

    def __init__(self, rig: Any) -> None:
        self.rig = rig
        rig.add("notifiers", "pager", lambda *_: None)
        rig.config = replace(
            rig.config,
            notify=NotifyConfig(targets=(NotifyTarget("pager", min_severity="P1", on=("created",)),)),
            escalation=EscalationConfig(default_policy="ops"),
            auditor=AuditorConfig(grace_seconds=60),
        )
        self.clock = rig.services().clock
        self.intake = Intake(
            rig.database, self.clock, deduplication_seconds=900, reopen_seconds=3600, queue_limit=100,
            on_commit=lambda: None,
        )  # fmt: skip

    async def check(self) -> dict[TroubleKind, int]:
        auditor = Auditor(self.rig.services(), self.intake, lambda: None)
        return {one.kind: one.count for one in await auditor.check()}

    async def old_incident(self, **values: Any) -> str:
        """One that began two minutes ago, with everything asked for."""
        at = self.clock.micros() - 2 * MINUTE
        (key,) = await self.rig.incidents(
            1, **{"severity": "P1", "state": "triaged", "created_at": at} | values
        )
        return str(key)

    async def begin(self) -> str:
        """An incident whose first level fired two minutes ago."""
        await self.rig.database.write(lambda c: put_policies(c, [policy_from(POLICY)], "test", 1))
        key = await self.old_incident()
        await self.add(NewJob("notify", {}, f"notify:{key}:created:1:pager.0", key))
        await self.rig.run("start_escalation", {"incidents": [key], "why": "it is new"})
        (run,) = await self.rig.rows("escalation")
        await self.rig.run("escalate", {"run": run["id"], "step": 1})
        back = self.clock.micros() - 2 * MINUTE
        await self.write(update(escalation).values(fired_at=back))
        await self.write(
            update(tables.event).where(tables.event.c.type == "EscalationStepped").values(at=back + 1)
        )
        await self.write(update(tables.job).values(state="done", finished_at=self.clock.micros()).where(
            tables.job.c.kind.in_(("page", "notify"))
        ))  # fmt: skip
        return key

    async def add(self, *jobs: NewJob) -> None:
        await self.write_with(lambda c: enqueue(c, jobs, self.clock.micros()))

    async def write(self, statement: Any) -> None:
        await self.write_with(lambda c: c.execute(statement))

    async def write_with(self, work: Any) -> None:
        await self.rig.database.write(lambda c: work(c) and None)

    async def about_the_hub(self) -> list[tuple[str, str]]:
        rows = await self.rig.rows("incident", source="incident-hub")
        return [(orjson.loads(row["labels"])["auditor"], row["state"]) for row in rows]


@pytest.fixture
def watch(rig: Any) -> Watch:
    return Watch(rig)


async def test_a_hub_that_does_its_work_is_left_alone(watch: Watch) -> None:
    await watch.begin()
    assert await watch.check() == {}
    assert await watch.about_the_hub() == []


async def test_a_lost_page_is_asked_for_again_under_its_own_key(watch: Watch) -> None:
    await watch.begin()
    (lost,) = await watch.rig.rows("job", kind="page")
    await watch.write(delete(tables.job).where(tables.job.c.kind == "page"))
    assert await watch.check() == {TroubleKind.LOST_PAGES: 1}
    (again,) = await watch.rig.rows("job", kind="page")
    assert (again["key"], again["payload"]["receiver"], again["state"]) == (
        lost["key"],
        "target:pager.0",
        "ready",
    )
    assert await watch.about_the_hub() == [("lost_pages", "detected")]


async def test_a_lost_timer_is_set_again_and_fires(watch: Watch) -> None:
    await watch.begin()
    await watch.write(delete(tables.job).where(tables.job.c.kind == "escalate"))
    assert await watch.check() == {}  # it is not due yet
    await watch.write(update(escalation).values(next_at=1))
    assert await watch.check() == {TroubleKind.LOST_TIMERS: 1}
    (run,) = await watch.rig.rows("escalation")
    (timer,) = await watch.rig.rows("job", kind="escalate")
    assert timer["payload"]["step"] == run["step"]
    assert await watch.check() == {}
    await watch.rig.run("escalate", timer["payload"])
    assert len(await watch.rig.rows("job", kind="page")) == 2


async def test_who_was_never_told_and_what_was_never_triaged_or_escalated_is_mended(watch: Watch) -> None:
    await watch.rig.database.write(lambda c: put_policies(c, [policy_from(POLICY)], "test", 1))
    untold, fresh = await watch.old_incident(), await watch.old_incident(state="detected")
    await watch.old_incident(acknowledged_by="ann")
    await watch.old_incident(severity="P3", silenced_by="s")
    assert await watch.check() == {TroubleKind.UNTOLD: 1, TroubleKind.UNTRIAGED: 1}
    jobs = {
        job["kind"]: job
        for job in await watch.rig.rows("job")
        if job["kind"] in ("notify", "start_escalation")
    }
    assert jobs["notify"]["incident_id"] == untold
    (triage,) = [
        job for job in await watch.rig.rows("job", kind="triage") if fresh in job["payload"]["incidents"]
    ]
    assert triage["state"] == "ready"
    await watch.rig.run("start_escalation", jobs["start_escalation"]["payload"])
    (run,) = await watch.rig.rows("escalation")
    assert run["incident_id"] == untold


async def test_late_work_raises_one_incident_that_ends_when_the_work_is_done(watch: Watch) -> None:
    late = watch.clock.micros() - 2 * MINUTE
    await watch.add(NewJob("page", {}, "page:x", run_at=late, priority=Priority.PAGE))
    assert await watch.check() == {TroubleKind.LATE: 1}
    assert await watch.check() == {TroubleKind.LATE: 1}
    assert await watch.about_the_hub() == [("late", "detected")]
    await watch.write(update(tables.job).where(tables.job.c.kind == "page").values(state="done"))
    assert await watch.check() == {}
    assert await watch.about_the_hub() == [("late", "resolved")]


async def test_the_sign_of_life_is_sent_once_an_interval_and_not_while_pages_are_late(watch: Watch) -> None:
    outside = RecordingHttp()
    outside.will(Answer(200), Answer(500))
    config = replace(
        watch.rig.config, heartbeat=HeartbeatConfig("https://checks.example/abc", interval_seconds=60)
    )
    watch.rig.config = config
    made = watch.rig.services
    watch.rig.services = lambda: replace(made(), http=outside)
    pulses = Pulse(watch.rig.services()), Pulse(watch.rig.services())
    for pulse in (*pulses, *pulses):
        await pulse.beat()
    (job,) = await watch.rig.rows("job", kind="heartbeat")
    assert await watch.rig.run("heartbeat", job["payload"]) == "done"
    assert [one.url for one in outside.sent] == ["https://checks.example/abc"]
    assert await watch.rig.run("heartbeat", job["payload"]) == "Retry: the answer was 500"
    assert await watch.rig.run("heartbeat", {"slot": job["payload"]["slot"] - 5}) == "done"
    late = watch.clock.micros() - 2 * MINUTE
    await watch.add(NewJob("page", {}, "page:x", run_at=late, priority=Priority.PAGE))
    assert await watch.rig.run("heartbeat", job["payload"]) == "done"
    assert len(outside.sent) == 2
