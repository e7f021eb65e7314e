"""Which runbooks fit which incidents, and how a wrong one is named."""

import json
from typing import Any

import pytest
from incident_hub_enricher_runbooks.matching import Matching
from incident_hub_enricher_runbooks.reading import as_json, read_runbook
from incident_hub_hookspecs import Incident, IncidentType, LlmIdentity, PayloadError
from incident_hub_hookspecs.testing import an_incident


def runbook(title: str = "Do it", /, **match: object) -> dict[str, Any]:
    return {"id": title.replace(" ", "-"), "title": title, "text": "1. Do it.", "match": match}


INCIDENT = an_incident(
    title="Token quota of tenant-03 is used",
    source="prometheus",
    type=IncidentType.PERFORMANCE,
    labels={"tenant": "tenant-03", "odd[1]": "x"},
    llm=LlmIdentity(provider="Acme", model="m-4-large"),
)


def fits(incident: Incident = INCIDENT, **match: object) -> bool:
    return bool(Matching([read_runbook(runbook(**match))]).of(incident, 5))


@pytest.mark.parametrize(
    ("match", "wanted"),
    [
        ({"types": ["performance", "data"]}, True),
        ({"types": ["data"]}, False),
        ({"sources": ["grafana", "prom*"]}, True),
        ({"sources": ["prom"]}, False),
        ({"sources": ["*"]}, True),
        ({"labels": {"tenant": "tenant-??"}}, True),
        ({"labels": {"tenant": "TENANT-[0-9]3"}}, True),
        ({"labels": {"tenant": "*", "team": "*"}}, False),
        ({"labels": {"odd[1]": "x"}}, True),
        ({"provider": "acme"}, True),
        ({"provider": "acm"}, False),
        ({"model": "m-4*"}, True),
        ({"title": "*quota*"}, True),
        ({"title": "quota"}, False),
        ({"types": ["performance"], "title": "*quota*", "provider": "other"}, False),
    ],
)
def test_every_condition_that_is_set_must_hold(match: dict[str, object], wanted: bool) -> None:
    assert fits(**match) is wanted


def test_the_most_specific_come_first_and_no_more_than_wanted() -> None:
    known = [
        read_runbook(runbook(title, **match))
        for title, match in {
            "Any": {"sources": ["*"]},
            "B one": {"provider": "acme"},
            "A one": {"model": "m-*"},
            "Two": {"provider": "acme", "labels": {"tenant": "*"}},
        }.items()
    ]
    found = Matching(known).of(INCIDENT, 3)
    assert [one.runbook.title for one in found] == ["Two", "A one", "B one"]
    assert found[0].why == ("label tenant", "provider")


def test_no_title_makes_a_pattern_slow() -> None:  # one that backtracks runs into the time limit
    hostile = an_incident(title="a" * 5_000)
    assert not fits(hostile, title="*a*a*a*a*a*a*a*a*a*a*a*a*b")


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ([], "wrong_type", ""),
        ({**runbook(title="x"), "titel": "y"}, "unknown_field", "titel"),
        ({**runbook(sources=["*"]), "id": "a b"}, "bad_id", "id"),
        ({**runbook(sources=["*"]), "title": " "}, "missing_field", "title"),
        ({**runbook(sources=["*"]), "title": "a\nb"}, "bad_text", "title"),
        ({**runbook(sources=["*"]), "title": 7}, "wrong_type", "title"),
        ({**runbook(sources=["*"]), "title": "x" * 301}, "too_long", "title"),
        ({**runbook(sources=["*"]), "text": "\ud83d"}, "bad_text", "text"),
        ({**runbook(sources=["*"]), "text": "\0"}, "bad_text", "text"),
        ({**runbook(sources=["*"]), "text": ""}, "missing_field", "url"),
        ({**runbook(sources=["*"]), "url": "javascript:alert(1)"}, "bad_url", "url"),
        ({**runbook(sources=["*"]), "url": 'https://x/"onload='}, "bad_url", "url"),
        (runbook(), "missing_field", "match"),
        (runbook(types=["weather"]), "bad_type", "match.types"),
        (runbook(sources="\n"), "bad_pattern", "match.sources"),
        (runbook(labels=[]), "wrong_type", "match.labels"),
        (runbook(labels={"a": 1}), "wrong_type", "match.labels.a"),
        (runbook(labels={str(n): "*" for n in range(51)}), "too_many", "match.labels"),
        (runbook(model="x" * 201), "too_long", "match.model"),
        (runbook(modell="x"), "unknown_field", "match.modell"),
    ],
)
def test_what_is_no_runbook_is_refused_by_its_place(given: object, code: str, path: str) -> None:
    with pytest.raises(PayloadError) as caught:
        read_runbook(given)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_an_export_reads_back_as_it_was() -> None:
    whole = {
        **runbook("Whole", types=["data"], labels={"a": "*"}, title="x*"),
        "url": "https://wiki.example/ø",
    }
    read = read_runbook(whole)
    assert read_runbook(json.loads(json.dumps(as_json(read)))) == read
