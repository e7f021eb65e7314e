"""A batch goes through the stages; garbage costs its plugin only; people win; twice is once."""
# ruff: noqa: ANN401, ARG005 - the rig and what fakes answer are whatever a test makes them

from typing import Any

import pytest
from incident_hub_hookspecs import Classification, Enrichment, IncidentType, Link, Severity

SOUND = Classification(Severity.P1, IncidentType.PERFORMANCE, 0.9, ("slow",))
GARBAGE: list[tuple[str, str, Any]] = [
    ("classifiers", "wrong length", lambda batch, _: [SOUND]),
    ("classifiers", "not a list", lambda batch, _: 7),
    ("classifiers", "raises", lambda batch, _: 1 / 0),
    ("classifiers", "NaN", lambda batch, _: [Classification(Severity.P0, None, float("nan"))] * len(batch)),
    ("classifiers", "too sure", lambda batch, _: [Classification(Severity.P0, None, 1.5)] * len(batch)),
    ("classifiers", "wrong type", lambda batch, _: ["P0"] * len(batch)),
    ("classifiers", "text severity", lambda batch, _: [Classification("P0", None, 1.0)] * len(batch)),  # type: ignore[arg-type]
    ("enrichers", "oversize", lambda batch, _: [Enrichment("much", {"x": "y" * 20_000})] * len(batch)),
    ("enrichers", "no JSON", lambda batch, _: [Enrichment("odd", {"x": object()})] * len(batch)),
    ("enrichers", "surrogate", lambda batch, _: [Enrichment("odd", {"x": "\ud800"})] * len(batch)),
    ("correlators", "unknown id", lambda batch, *_: [[Link("nobody", 0.9, "")]] * len(batch)),
    ("correlators", "itself", lambda batch, *_: [[Link(one.id, 0.9, "")] for one in batch]),
    ("correlators", "no number", lambda batch, c, _: [[Link(o.id, "1", "") for o in f] or [None] for f in c]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("kind", "case", "answer"), GARBAGE, ids=[case for _, case, _ in GARBAGE])
async def test_a_garbage_plugin_costs_only_its_own_finding(
    rig: Any, kind: str, case: str, answer: Any
) -> None:
    rig.add("classifiers", "good", lambda batch, _: [SOUND] * len(batch))
    rig.add("enrichers", "facts", lambda batch, _: [Enrichment("seen", {"n": 1})] * len(batch))
    rig.add(kind, "garbage", answer)
    ids = await rig.incidents(3)
    assert await rig.triage(ids) == "done"
    bad = await rig.rows("finding", plugin="garbage")
    assert len(bad) == 3
    assert all(one["error"] and one["value"] is None for one in bad)
    assert len(await rig.rows("finding", plugin="good", error=None)) == 3
    assert len(await rig.rows("finding", plugin="facts", error=None)) == 3
    rows = await rig.rows("incident")
    assert {(row["state"], row["severity"], row["type"]) for row in rows} == {
        ("triaged", "P1", "performance")
    }


async def test_the_timeline_says_what_changed_and_who_found_it(rig: Any) -> None:
    rig.add("classifiers", "good", lambda batch, _: [SOUND])
    (one,) = await rig.incidents(1)
    await rig.triage([one])
    said = {row["type"]: row["data"] for row in await rig.rows("event", incident_id=one)}
    assert said == {
        "SeverityChanged": {"before": "P3", "after": "P1"},
        "TypeChanged": {"before": "unknown", "after": "performance"},
        "StateChanged": {"before": "detected", "after": "triaged", "plugins": ["classify:good"]},
    }


async def test_a_reported_severity_stays_and_the_opinion_is_kept(rig: Any) -> None:
    rig.add("classifiers", "good", lambda batch, _: [SOUND])
    (one,) = await rig.incidents(1, severity="P2", reported_severity="P2")
    await rig.triage([one])
    assert (await rig.rows("incident"))[0]["severity"] == "P2"
    assert (await rig.rows("finding"))[0]["value"]["severity"] == "P1"


async def test_the_surest_classifier_decides(rig: Any) -> None:
    for name, severity, confidence in (
        ("a", Severity.P2, 0.4),
        ("b", Severity.P0, 0.8),
        ("c", Severity.P4, 0.6),
    ):
        answer = [Classification(severity, None, confidence)]
        rig.add("classifiers", name, lambda batch, _, answer=answer: answer)
    ids = await rig.incidents(1)
    await rig.triage(ids)
    assert (await rig.rows("incident"))[0]["severity"] == "P0"


async def test_redelivery_adds_nothing(rig: Any) -> None:
    rig.configure()
    fake = rig.add("classifiers", "good", lambda batch, _: [SOUND] * len(batch))
    rig.add(
        "correlators", "links", lambda batch, found, _: [[Link(o.id, 0.9, "near") for o in f] for f in found]
    )
    ids = await rig.incidents(5)
    await rig.triage(ids)
    before, incidents = await rig.counts(), await rig.rows("incident")
    await rig.triage(ids)
    assert await rig.counts() == before
    assert await rig.rows("incident") == incidents
    assert fake.calls == 1


async def test_two_runs_that_overlap_count_once(rig: Any) -> None:
    rig.add("classifiers", "good", lambda batch, _: [SOUND] * len(batch))
    ids = await rig.incidents(2)
    from incident_hub.domain.jobs import Job
    from incident_hub.response.handlers import batch_handlers

    job = Job("job", "triage", None, None, {"incidents": ids}, 1, 1)
    handler = batch_handlers(rig.services())["triage"]
    first, second = await handler([job]), await handler([job])
    await rig.database.write(first.effects)
    before = await rig.counts()
    await rig.database.write(second.effects)
    assert await rig.counts() == before


@pytest.mark.parametrize("state", ["investigating", "resolved"])
async def test_a_person_who_moved_the_incident_meanwhile_wins(rig: Any, state: str) -> None:
    ids = await rig.incidents(1)
    rig.add("classifiers", "good", lambda batch, _: [SOUND])
    from incident_hub.domain.jobs import Job
    from incident_hub.response.handlers import batch_handlers

    job = Job("j", "triage", None, None, {"incidents": ids}, 1, 1)
    done = await batch_handlers(rig.services())["triage"]([job])
    await rig.change("incident", ids[0], state=state, version=2)
    await rig.database.write(done.effects)
    (row,) = await rig.rows("incident")
    assert (row["state"], row["severity"], row["version"]) == (state, "P3", 2)
    assert len(await rig.rows("finding")) == 1
    (said,) = await rig.rows("event", incident_id=ids[0])
    assert (said["type"], said["data"]) == ("FindingAdded", {"plugins": ["classify:good"]})
    await rig.triage(ids)
    assert len(await rig.rows("finding")) == 1


async def test_a_severity_set_by_hand_wins(rig: Any) -> None:
    from incident_hub.domain.events import EventType, NewEvent
    from incident_hub.events.append import append_events

    rig.add("classifiers", "good", lambda batch, _: [SOUND])
    (one,) = await rig.incidents(1, severity="P3", version=2)
    event = NewEvent(one, EventType.SEVERITY_CHANGED, 1, "user:ann", {"before": "P4", "after": "P3"})
    await rig.database.write(lambda c: append_events(c, [event]))
    await rig.triage([one])
    (row,) = await rig.rows("incident")
    assert (row["severity"], row["state"], row["type"]) == ("P3", "triaged", "performance")


async def test_history_is_earlier_incidents_of_the_fingerprint_newest_first(rig: Any) -> None:
    old = await rig.incidents(12, fingerprint="f" * 32, state="closed")
    new = await rig.incidents(1, fingerprint="f" * 32)
    seen: list[str] = []

    async def ask(batch: Any, context: Any) -> Any:
        seen.extend(one.id for one in (await context.lookup.similar(batch, limit=5))[0])
        return [None]

    fake = rig.add("enrichers", "history", lambda *_: None)
    fake.enrich = ask
    await rig.triage(new)
    assert seen == old[::-1][:5]
