"""Enrichment delays nobody: what is late comes as an event; what incidents share is asked for once."""
# ruff: noqa: ANN401, ARG002 - the rig and what fakes answer are whatever a test makes them

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from incident_hub.domain.jobs import Job
from incident_hub.host.config import EnrichmentConfig
from incident_hub.response.handlers import batch_handlers
from incident_hub.triage.kept import KeptAnswers
from incident_hub_hookspecs import Enrichment, Incident
from incident_hub_hookspecs.testing import an_incident, call_context, plugin_context


class Slow:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.calls = 0

    async def enrich(self, incidents: Sequence[Incident], context: Any) -> list[Enrichment]:
        self.calls += 1
        await self.go.wait()
        return [Enrichment("found at last") for _ in incidents]


def slow(rig: Any, **settings: Any) -> Slow:
    made = Slow()
    rig.configure(enrichment=EnrichmentConfig(**{"wait_seconds": 0.05, "late_seconds": 5.0} | settings))
    rig.add("enrichers", "slow", lambda *_: None)
    rig.registry.enrichers[-1] = ("slow", made)
    return made


async def late_job(rig: Any) -> Job:
    (row,) = await rig.rows("job", kind="enrich")
    return Job("j", "enrich", row["key"], None, row["payload"], 1, 1)


async def finish(rig: Any, handler: Any, job: Job) -> None:
    done = await handler([job])
    await rig.database.write(done.effects)


async def test_what_is_late_is_added_by_the_call_that_ran_already(rig: Any) -> None:
    rig.add("enrichers", "quick", lambda batch, _: [Enrichment("at once")] * len(batch))
    enricher = slow(rig)
    ids = await rig.incidents(2)
    handlers = batch_handlers(rig.services())
    done = await handlers["triage"]([Job("t", "triage", None, None, {"incidents": ids}, 1, 1)])
    await rig.database.write(done.effects)
    assert {row["state"] for row in await rig.rows("incident")} == {"triaged"}
    assert [row["plugin"] for row in await rig.rows("finding")] == ["quick", "quick"]
    enricher.go.set()
    await finish(rig, handlers["enrich"], await late_job(rig))
    assert [row["value"]["summary"] for row in await rig.rows("finding", plugin="slow")] == [
        "found at last"
    ] * 2
    added = await rig.rows("event", type="FindingAdded")
    assert [row["data"] for row in added] == [{"plugins": ["enrich:slow"], "late": True}] * 2
    assert enricher.calls == 1


async def test_who_is_late_gives_its_place_to_others(rig: Any) -> None:
    enricher = slow(rig, max_concurrent=1, first=("slow",))
    rig.add("enrichers", "quick", lambda batch, _: [Enrichment("at once")] * len(batch))
    handler = batch_handlers(rig.services())["triage"]
    for number in range(2):
        ids = await rig.incidents(1)
        done = await handler([Job(str(number), "triage", None, None, {"incidents": ids}, 1, 1)])
        await rig.database.write(done.effects)
    late = [row["payload"]["plugin"] for row in await rig.rows("job", kind="enrich")]
    assert (late.count("slow"), enricher.calls) == (2, 2)
    assert len(await rig.rows("finding", plugin="quick")) + late.count("quick") == 2
    enricher.go.set()


async def test_another_process_asks_anew(rig: Any) -> None:
    enricher = slow(rig)
    await rig.triage(await rig.incidents(1))
    enricher.go.set()
    await finish(rig, batch_handlers(rig.services())["enrich"], await late_job(rig))
    assert enricher.calls == 2
    assert len(await rig.rows("finding", plugin="slow", error=None)) == 1


async def test_an_enricher_that_never_answers_leaves_its_error(rig: Any) -> None:
    slow(rig, late_seconds=0.1)
    await rig.triage(await rig.incidents(1))
    await finish(rig, batch_handlers(rig.services())["enrich"], await late_job(rig))
    (found,) = await rig.rows("finding")
    assert found["error"] == "TimeoutError: slow: no answer within 0.1 s"


async def test_an_enricher_that_was_uninstalled_meanwhile_is_no_error(rig: Any) -> None:
    slow(rig)
    await rig.triage(await rig.incidents(1))
    rig.registry.enrichers.clear()
    await finish(rig, batch_handlers(rig.services())["enrich"], await late_job(rig))
    assert await rig.rows("finding") == []


class Sharing:
    """Answers by service, and counts whom it was asked about."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.fails = False

    def cache_key(self, incident: Incident) -> str:
        return incident.labels.get("service", "")

    async def enrich(self, incidents: Sequence[Incident], context: Any) -> list[Enrichment | None]:
        self.asked.append([one.id for one in incidents])
        await asyncio.sleep(0)
        if self.fails:
            raise OSError("away")
        return [None if one.title == "none" else Enrichment(f"of {one.id}") for one in incidents]


def incidents(*services: str, title: str = "t") -> tuple[Incident, ...]:
    return tuple(
        an_incident(id=f"i{n}", title=title, labels={"service": name} if name else {})
        for n, name in enumerate(services)
    )


async def test_incidents_that_share_a_key_are_asked_about_once() -> None:
    enricher, context = Sharing(), call_context(plugin_context())
    ask = KeptAnswers(60).through(enricher)
    first = await ask(incidents("chat", "", "chat", "search", ""), context)
    assert [one.summary for one in first if one] == ["of i0", "of i1", "of i0", "of i3", "of i4"]
    again = await ask(incidents("search", "chat", ""), context)
    assert [one.summary for one in again if one] == ["of i3", "of i0", "of i2"]
    assert enricher.asked == [["i0", "i1", "i3", "i4"], ["i2"]]


async def test_nothing_to_add_is_kept_too() -> None:
    enricher, context = Sharing(), call_context(plugin_context())
    ask = KeptAnswers(60).through(enricher)
    for _ in range(2):
        assert await ask(incidents("chat", title="none"), context) == [None]
    assert len(enricher.asked) == 1


async def test_who_asks_at_once_shares_one_call_and_its_failure() -> None:
    enricher, context = Sharing(), call_context(plugin_context())
    ask = KeptAnswers(60).through(enricher)
    both = await asyncio.gather(ask(incidents("chat"), context), ask(incidents("chat"), context))
    assert [one.summary for (one,) in both if one] == ["of i0", "of i0"]
    enricher.fails = True
    failed = await asyncio.gather(
        ask(incidents("x"), context), ask(incidents("x"), context), return_exceptions=True
    )
    assert [type(one) for one in failed] == [OSError, OSError]
    assert len(enricher.asked) == 2
    enricher.fails = False
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await ask(incidents("y"), context)
    assert [one.summary for one in await ask(incidents("y"), context) if one] == ["of i0"]
