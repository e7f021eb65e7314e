from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incident_hub_enricher_history import HistoryEnricher
from incident_hub_hookspecs import Enrichment, Incident
from incident_hub_hookspecs.testing import KnownIncidents, an_incident, call_context

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEW = an_incident(created_at=NOW)


def earlier(days: int, seconds: int | None, **more: str) -> Incident:
    at = NOW - timedelta(days=days)
    end = None if seconds is None else at + timedelta(seconds=seconds)
    return replace(NEW, id=f"old{days}", created_at=at, resolved_at=end, **more)


async def enrich(*past: Incident) -> Enrichment | None:
    context = call_context(lookup=KnownIncidents(past))
    (found,) = await HistoryEnricher().enrich([NEW], context)
    return found


async def test_the_past_is_counted_and_summed_up() -> None:
    past = [
        earlier(1, None),
        earlier(2, 100, resolution_method="manual", root_cause="quota", resolution_notes="raised it"),
        earlier(3, 300, resolution_method="automated"),
        earlier(4, 900, resolution_method="automated", root_cause="older"),
    ]
    found = await enrich(*past)
    assert found
    assert (found.data["count"], found.data["median_seconds_to_resolve"]) == (4, 300.0)
    assert found.data["last_occurrence"] == "2026-11-22T12:00:00+00:00"
    assert found.data["resolution_method"] == "automated"
    assert (found.data["last_root_cause"], found.data["last_resolution_notes"]) == ("quota", "raised it")
    assert (
        found.summary
        == "4 earlier, last on 2026-11-22 12:00; half were resolved within 300 s, mostly automated"
    )


async def test_no_past_or_only_itself_is_nothing_to_add() -> None:
    assert await enrich() is None
    assert await enrich(NEW) is None


async def test_nothing_resolved_yet_gives_no_time() -> None:
    found = await enrich(earlier(1, None))
    assert found
    assert found.data["median_seconds_to_resolve"] is None


async def test_a_full_answer_says_at_least() -> None:
    found = await enrich(*(earlier(day, 1) for day in range(1, 80)))
    assert found
    assert (found.data["count"], found.data["count_is_minimum"]) == (50, True)
    assert found.summary.startswith("At least 50")
