"""Which changes an incident is told, in which words, and how they are kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from incident_hub_enricher_changes import ChangesEnricher, Settings
from incident_hub_enricher_changes.changes import Change, told
from incident_hub_enricher_changes.store import ChangeStore
from incident_hub_hookspecs import Enrichment, Incident, LlmIdentity, Tables
from incident_hub_hookspecs.testing import NOON, an_incident, call_context, plugin_context

PROMPT = Change("p", NOON - timedelta(minutes=3), "prompt", "answers", "42", "43", "ann", service="chat")
MODEL = Change(
    "m", NOON - timedelta(minutes=50), "model", "gpt-4o", "05", "11", llm=LlmIdentity(model="gpt-4o")
)


async def enriched(
    tables: Tables,
    changes: Sequence[Change],
    *incidents: Incident,
    **settings: Any,  # noqa: ANN401
) -> Sequence[Enrichment | None]:
    await ChangeStore(tables).add(changes, NOON - timedelta(days=1))
    plugin = plugin_context("enricher_changes", Settings(**settings), tables=tables)
    return await ChangesEnricher().enrich(incidents or (an_incident(),), call_context(plugin))


def change(minutes: float = 3, **more: Any) -> Change:  # noqa: ANN401
    llm = LlmIdentity(**{key: more.pop(key) for key in list(more) if key in LlmIdentity.__slots__})
    return replace(PROMPT, **{"service": "", "at": NOON - timedelta(minutes=minutes), "llm": llm} | more)


async def test_changes_before_the_start_are_named_nearest_first(own_tables: Tables) -> None:
    (found,) = await enriched(own_tables, [MODEL, PROMPT])
    assert found
    assert (
        found.summary == "3 min before: prompt answers@42 -> 43 by ann; 50 min before: model gpt-4o@05 -> 11"
    )
    first, second = found.data["changes"]  # type: ignore[misc, attr-defined]
    assert (first["shares"], second["shares"]) == (["service"], ["model"])
    assert second["llm"] == {"model": "gpt-4o"}


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ({"service": "CHAT"}, ["service"]),
        ({"service": "index"}, None),
        ({"provider": "openai"}, ["provider"]),
        ({"provider": "openai", "service": "index"}, None),
        ({"provider": "openai", "model": "o3"}, None),
        ({"provider": "openai", "model": "gpt-4o"}, ["model", "provider"]),
        ({"service": "index", "model": "gpt-4o"}, ["model"]),
        ({"agent": "planner", "tool": "search", "deployment": "eu"}, ["deployment", "agent", "tool"]),
        ({"service": "chat", "environment": "staging"}, None),
        ({"service": "chat", "tenant": "t2"}, None),
        ({"prompt_version": "answers@43"}, ["prompt_version"]),
        ({"name": "answers", "after": "43"}, ["prompt_version"]),
        ({"name": "other", "after": "43"}, None),
        ({}, None),
        ({"service": "chat", "minutes": 121}, None),
        ({"service": "chat", "minutes": -0.5}, ["service"]),
        ({"service": "chat", "minutes": -2}, None),
    ],
)
async def test_a_change_is_told_for_what_it_shares(
    tables: Tables, given: dict[str, Any], shares: Sequence[str] | None
) -> None:
    llm = LlmIdentity("openai", "gpt-4o", "eu", "answers@43", "planner", "search", "t1", "prod")
    given = {"name": "x", "before": "", "after": ""} | given
    (found,) = await enriched(tables, [change(**given)], an_incident(llm=llm))
    assert (found.data["changes"][0]["shares"] if found else None) == shares  # type: ignore[index]


async def test_each_incident_of_a_batch_has_its_own_changes_and_a_storm_only_so_many(tables: Tables) -> None:
    many = [change(n / 60, id=str(n), service="chat") for n in range(30)]
    late = an_incident(id="late", first_seen=NOON + timedelta(hours=5))
    near, far = await enriched(tables, many, an_incident(), late, max_changes=4)
    assert near
    assert (len(near.data["changes"]), near.data["count"]) == (4, 30)  # type: ignore[arg-type]
    assert near.summary.endswith("; 27 more")
    assert far is None


async def test_a_change_of_a_known_id_takes_its_place_and_what_is_old_goes(own_tables: Tables) -> None:
    store = ChangeStore(own_tables)
    await store.add([PROMPT, MODEL, replace(PROMPT, after="44")], NOON - timedelta(days=1))
    await store.add([replace(PROMPT, after="45")], NOON - timedelta(minutes=10))
    assert await store.newest(None, "", 10) == [replace(PROMPT, after="45")]
    assert await store.newest(NOON, "", 10) == []
    assert await store.newest(None, "index", 10) == []
    assert await store.between([]) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"before": "42", "after": "43"}, "3 min before: prompt answers@42 -> 43 by ann"),
        ({"before": "", "after": "43"}, "3 min before: prompt answers@43 by ann"),
        ({"before": "", "after": "", "by": "", "minutes": 0.2}, "12 s before: prompt answers"),
        ({"before": "", "after": "", "by": "", "minutes": -0.5}, "30 s after: prompt answers"),
        ({"kind": "config", "minutes": 300}, "5 h before: config answers@42 -> 43 by ann"),
    ],
)
def test_a_change_has_words(given: dict[str, Any], words: str) -> None:
    assert told(change(**given), NOON) == words
