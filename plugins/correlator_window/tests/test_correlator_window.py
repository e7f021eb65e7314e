from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from incident_hub_correlator_window import Settings, plugin
from incident_hub_hookspecs import (
    ConfigError,
    Incident,
    IncidentState,
    IncidentType,
    Link,
    LlmIdentity,
    Severity,
)  # fmt: skip
from incident_hub_hookspecs.testing import call_context, plugin_context

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE = Incident(
    "1", "Errors rise", "prom", Severity.P3, IncidentState.DETECTED, IncidentType.UNKNOWN, "a", NOW, NOW, NOW
)
GPT = LlmIdentity(provider="openai", model="gpt-4o")


def other(seconds: float = 0, **changes: object) -> Incident:
    at = NOW + timedelta(seconds=seconds)
    plain = replace(ONE, id="2", title="Disk of db full", source="zabbix", fingerprint="b")
    return replace(plain, first_seen=at, last_seen=at, **changes)


async def links(one: Incident, *others: Incident) -> list[Link]:
    (correlator,) = plugin.register_correlators(plugin_context("correlator_window", Settings()))
    (found,) = await correlator.correlate([one], [others], call_context())
    return list(found)


async def test_same_model_links_and_says_why() -> None:
    (link,) = await links(replace(ONE, llm=GPT), other(12, llm=GPT, title="Errors rise fast"))
    assert link.reason == "same provider openai and model gpt-4o, 12 s apart; titles 0.7 alike"
    assert 0.5 <= link.score <= 1


async def test_same_source_alone_is_not_enough_nor_with_a_region() -> None:
    assert await links(ONE, other(source="prom")) == []
    assert (
        await links(replace(ONE, labels={"region": "eu"}), other(source="prom", labels={"region": "eu"}))
        == []
    )


async def test_a_fingerprint_links_to_the_windows_end_and_not_beyond() -> None:
    assert len(await links(ONE, other(300, fingerprint="a"))) == 1
    assert await links(ONE, other(301, fingerprint="a")) == []
    assert await links(ONE, other(fingerprint="")) == []


async def test_weaker_evidence_needs_to_be_near() -> None:
    near, far = (other(seconds, llm=GPT, id=str(seconds)) for seconds in (5, 290))
    assert [link.other_id for link in await links(replace(ONE, llm=GPT), far, near)] == ["5"]


async def test_time_is_counted_between_the_ends_of_long_incidents() -> None:
    long = replace(ONE, first_seen=NOW - timedelta(hours=5))
    assert len(await links(long, other(10, fingerprint="a"))) == 1


async def test_different_providers_of_one_model_are_not_the_same() -> None:
    assert await links(replace(ONE, llm=GPT), other(llm=LlmIdentity(provider="azure", model="gpt-4o"))) == []


async def test_an_incident_never_links_to_itself() -> None:
    assert await links(ONE, ONE) == []


async def test_only_the_strongest_links_are_kept_strongest_first() -> None:
    others = [other(seconds, id=str(seconds), llm=GPT) for seconds in (50, 10, 40, 20, 30)]
    found = await links(replace(ONE, llm=GPT), *others)
    assert [link.other_id for link in found] == ["10", "20", "30"]


@pytest.mark.parametrize(
    ("config", "path"),
    [({"window": 1}, "window"), ({"window_seconds": 0}, "window_seconds"), ({"min_score": 2}, "min_score"),
     ({"min_score": "x"}, "min_score"), ({"window_seconds": float("nan")}, "window_seconds")],
)  # fmt: skip
def test_wrong_configuration_names_its_key(
    settings_of: Callable[..., Settings], config: dict[str, object], path: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(plugin, **config)
    assert caught.value.path == path


def at(service: str, seconds: float, title: str = "Pod restarts", **changes: object) -> Incident:
    labels = {"service": service, "zone": "zone-b", "alertname": "node"}
    moment = NOW + timedelta(seconds=seconds)
    made = replace(ONE, id=service, title=title, source="prometheus", fingerprint=service, labels=labels)
    return replace(made, first_seen=moment, last_seen=moment, **changes)


async def test_a_crowd_of_one_place_at_one_time_is_no_accident() -> None:
    two = [at("b", 20)]
    crowd = [at(name, seconds) for seconds, name in enumerate("bcdefgh", start=1)]
    assert await links(at("a", 0), *two) == []
    assert len(await links(at("a", 0), *crowd)) == 3


async def test_different_providers_speak_against_a_link() -> None:
    one, two = (LlmIdentity(provider=name, tenant="t-1") for name in ("aurora", "kestrel"))
    strangers = {"labels": {"zone": "z", "node": "n", "job": "j", "alertname": "x"}}
    ours = replace(ONE, llm=LlmIdentity(provider="aurora"), **strangers)
    theirs = other(llm=LlmIdentity(provider="kestrel"), **strangers)
    assert await links(ours, theirs) == []
    assert len(await links(replace(ours, llm=one), replace(theirs, llm=two, title="slow"))) == 1


async def test_a_model_or_a_title_tells_whose_provider_it_is() -> None:
    known = other(id="known", llm=LlmIdentity(provider="kestrel", model="kestrel-7b"), title="x")
    place = {"zone": "z", "node": "n", "job": "j", "alertname": "provider"}
    aurora = replace(ONE, title="calls time out", llm=LlmIdentity(provider="aurora"), labels=place)
    for theirs in ({"llm": LlmIdentity(model="kestrel-7b")}, {"title": "kestrel unavailable"}):
        stranger = other(**{"title": "calls fail", "labels": place, **theirs})
        assert [link.other_id for link in await links(aurora, stranger)] == ["2"]
        assert await links(aurora, stranger, known) == []
        near = await links(replace(known, id="4", fingerprint="d", labels=place), stranger, known)
        assert next(link for link in near if link.other_id == "2").reason.startswith("same provider kestrel")


async def test_what_a_provider_is_blamed_for_does_not_spread_by_place() -> None:
    place = {"zone": "z", "node": "n", "job": "j", "alertname": "x"}
    plain = replace(ONE, title="requests fail", labels=place)
    assert len(await links(plain, other(title="store fails", labels=place))) == 1
    blaming = replace(plain, title="LLMProviderErrors", llm=LlmIdentity(provider="aurora"))
    assert await links(blaming, other(title="store fails", labels=place)) == []


async def test_housekeeping_links_by_more_than_a_place_only() -> None:
    title = "Backup took longer than usual"
    alike = [at(name, 5, title) for name in "bcdefg"]
    assert await links(at("a", 0, title), *alike) == []
    same = replace(at("a", 3, title), id="again")
    assert len(await links(at("a", 0, title), same)) == 1
