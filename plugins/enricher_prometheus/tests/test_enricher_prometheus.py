"""What is asked, how values are escaped, and what is told of the answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from incident_hub_enricher_prometheus import PrometheusEnricher, Query, Settings
from incident_hub_enricher_prometheus.answers import Series
from incident_hub_enricher_prometheus.course import course_of
from incident_hub_hookspecs import ConfigError, DeliveryCode, DeliveryError, Enrichment, Incident, LlmIdentity
from incident_hub_hookspecs.matching import When
from incident_hub_hookspecs.testing import (
    NOON,
    Answer,
    FixedClock,
    RecordingHttp,
    an_incident,
    call_context,
    plugin_context,
)

URL = "https://prometheus.example"
ERRORS = Query("errors", 'sum(rate(errors{service="${labels.service}"}[5m]))', "/s", before_seconds=600)
USUAL: dict[str, Any] = {"url": URL, "bundled_queries": False, "queries": (ERRORS,)}
START = NOON.timestamp()


def matrix(*values: float | str, metric: dict[str, str] | None = None, step: float = 60.0) -> Answer:
    points = [[START - 600 + step * place, str(value)] for place, value in enumerate(values)]
    return success("matrix", [{"metric": metric or {}, "values": points}])


def success(kind: str, result: object, **more: object) -> Answer:
    return Answer(200, {"status": "success", "data": {"resultType": kind, "result": result}, **more})


async def enriched(
    http: RecordingHttp,
    *incidents: Incident,
    after: float = 300,
    **settings: Any,  # noqa: ANN401
) -> Sequence[Enrichment | None]:
    clock = FixedClock(NOON + timedelta(seconds=after))
    plugin = plugin_context("enricher_prometheus", Settings(**USUAL | settings), clock=clock, http=http)
    return await PrometheusEnricher().enrich(incidents or (an_incident(),), call_context(plugin))


def asked(http: RecordingHttp) -> list[dict[str, str]]:
    return [{key: one for key, (one,) in parse_qs(urlsplit(sent.url).query).items()} for sent in http.sent]


async def test_the_course_around_the_start_is_told_in_numbers_words_and_a_link() -> None:
    http = RecordingHttp(matrix(*[0.2] * 9, 0.5, 0.4, 3.1))
    (found,) = await enriched(http, link_url="https://graphs.example/prom/")
    (request,) = asked(http)
    assert request == {
        "query": 'sum(rate(errors{service="chat"}[5m]))',
        "start": f"{START - 600:.3f}",
        "end": f"{START + 300:.3f}",
        "step": "15",
    }
    assert found
    assert found.summary == "errors rose from 0.2 to 3.1 in 11 min /s"
    (result,) = found.data["results"]  # type: ignore[misc, attr-defined]
    (series,) = result["series"]
    assert (series["at_start"], series["min"], series["max"], series["last"]) == (0.4, 0.2, 3.1, 3.1)
    assert result["link"].startswith(
        "https://graphs.example/prom/graph?g0.expr=sum%28rate%28errors%7Bservice"
    )
    assert "g0.range_input=900s&g0.end_input=2026-01-01%2012%3A05%3A00" in result["link"]


async def test_the_window_ends_now_and_an_instant_query_is_about_the_start() -> None:
    instant = replace(ERRORS, name="now", kind="instant")
    http = RecordingHttp(success("vector", [{"metric": {}, "value": [START, "7"]}]))
    (found,) = await enriched(http, after=40, queries=(instant,))
    assert asked(http) == [{"query": 'sum(rate(errors{service="chat"}[5m]))', "time": f"{START:.3f}"}]
    assert found
    assert found.summary == "now was 7 /s"
    http = RecordingHttp(matrix(1))
    await enriched(http, after=40)
    assert asked(http)[0]["end"] == f"{START + 30:.3f}"


async def test_one_request_serves_all_who_ask_the_same_and_is_kept() -> None:
    http = RecordingHttp(matrix(1, 2))
    many = [an_incident(id=str(n), first_seen=NOON + timedelta(seconds=n % 10)) for n in range(50)]
    plugin = plugin_context("enricher_prometheus", Settings(**USUAL), http=http)
    enricher = PrometheusEnricher()
    for _ in range(2):
        found = await enricher.enrich(many, call_context(plugin))
        assert len({str(one) for one in found}) == 1
    assert len(http.sent) == 1


async def test_who_lacks_a_label_or_is_not_meant_is_not_asked_about() -> None:
    http = RecordingHttp(matrix(1))
    others = replace(ERRORS, when=When(types=("security",)))
    assert await enriched(http, an_incident(labels={})) == [None]
    assert await enriched(http, queries=(others,)) == [None]
    assert await enriched(http, url="") == [None]
    assert http.sent == []


async def test_bundled_queries_are_asked_by_what_the_incident_names() -> None:
    http = RecordingHttp(success("matrix", []))
    one = an_incident(labels={"job": "gateway", "instance": "a:1"}, llm=LlmIdentity())
    assert await enriched(http, one, bundled_queries=True, queries=()) == [None]
    assert [each["query"] for each in asked(http)] == ['up{job="gateway", instance="a:1"}']


@pytest.mark.parametrize(
    ("promql", "value", "expected"),
    [
        ('a{b="${labels.x}"}', 'x"} or vector(1)#\\', 'a{b="x\\x22} or vector(1)#\\x5c"}'),
        ("a{b='${labels.x}'}", "it's", "a{b='it\\x27s'}"),
        ('a{b=~"pre-${labels.x}"}', ".*|x", 'a{b=~"pre-\\x5c.\\x5c*\\x5c|x"}'),
        ('a{b="${labels.x}"}', "a\nb\x00ü", 'a{b="a\\x0ab\\x00ü"}'),
        ('a{c="\\"", b="${labels.none|labels.x}"}', "y", 'a{c="\\"", b="y"}'),
    ],
)
async def test_a_value_is_nothing_but_text_in_its_matcher(promql: str, value: str, expected: str) -> None:
    http = RecordingHttp(matrix(1))
    await enriched(http, an_incident(labels={"x": value}), queries=(Query("q", promql),))
    assert asked(http)[0]["query"] == expected


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"promql": "rate(${labels.metric}[5m])"}, "promql"),
        ({"promql": "a{b=`${labels.x}`}"}, "promql"),
        ({"promql": 'a{b="c"} # "${labels.x}"'}, "promql"),
        ({"promql": 'a{b="${label.x}"}'}, "promql"),
        ({"promql": 'a{b="${labels.x'}, "promql"),
        ({"promql": "a", "step_seconds": 1.0, "before_seconds": 3600.0}, "step_seconds"),
    ],
)
def test_a_query_that_means_nothing_or_lets_values_out_of_quotes_is_refused(
    wrong: dict[str, Any], path: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Query("q", **wrong)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("wrong", "path"),
    [({"url": "prometheus:9090"}, "url"), ({"url": "https://u:p@x.example"}, "url"), ({"link_url": "x"}, "link_url"),
     ({"user": "u"}, "password"), ({"queries": (ERRORS, ERRORS)}, "queries"), ({"tenant": "a\nb"}, "tenant")],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused_by_their_key(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings(**wrong)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        ([4], "was 4"),
        ([1, 1.02, 1], "steady at 1"),
        ([0, 0, 0], "steady at 0"),
        ([5, 4, 2000], "rose from 5 to 2,000 in 2 min"),
        ([9, 5, 3], "fell from 9 to 3 in 2 min"),
        ([1, 90, 1], "peaked at 90 after 60 s, from 1, now 1"),
        ([50, 1, 50], "dipped to 1 after 60 s, from 50, now 50"),
    ],
)
def test_a_course_has_words(values: Sequence[float], trend: str) -> None:
    points = tuple((START + 60.0 * place, float(value)) for place, value in enumerate(values))
    assert course_of(Series({}, points), START).trend == trend


async def test_few_series_are_shown_those_that_changed_most_and_numbers_that_are_none_are_left_out() -> None:
    flat = [{"metric": {"pod": f"p{n}"}, "values": [[START, "1"], [START + 15, "1"]]} for n in range(5)]
    moved = {"metric": {"pod": "moved"}, "values": [[START, "1"], [START + 15, "NaN"], [START + 30, "8"]]}
    broken = {"metric": {"pod": "gone"}, "values": [[START, "NaN"], [START, "+Inf"], [START, None], 3]}
    histogram = {"metric": {}, "histograms": [[START, {"count": "1"}]]}
    (found,) = await enriched(
        RecordingHttp(success("matrix", [*flat, broken, moved, histogram], warnings=["partial"])),
        max_series=2,
    )
    assert found
    (result,) = found.data["results"]  # type: ignore[misc, attr-defined]
    assert [one["labels"]["pod"] for one in result["series"]] == ["moved", "p0"]
    assert (result["series_left_out"], result["warnings"]) == (4, ["partial"])
    assert found.summary == "errors rose from 1 to 8 in 30 s /s (most of 6 series)"


BAD_DATA = Answer(400, {"status": "error", "errorType": "bad_data", "error": 'parse error: unexpected "}"'})
BUSY = Answer(503, {"status": "error", "errorType": "timeout", "error": "query timed out in expression"})


@pytest.mark.parametrize(
    ("reply", "told", "code", "retry"),
    [
        (BAD_DATA, '400: bad_data: parse error: unexpected "}"', DeliveryCode.INVALID_REQUEST, False),
        (Answer(422, {"status": "error", "errorType": "execution", "error": "many-to-many matching"}),
         "422: execution: many-to-many matching", DeliveryCode.INVALID_REQUEST, False),
        (BUSY, "503: timeout: query timed out", DeliveryCode.TIMEOUT, True),
        (Answer(502, "<html>"), "prometheus.example answered 502", DeliveryCode.SERVICE_UNAVAILABLE, True),
        (Answer(200, "<html>"), "did not answer with JSON", DeliveryCode.INVALID_RESPONSE, False),
        (Answer(200, {"ok": True}), "did not answer as Prometheus does", DeliveryCode.INVALID_RESPONSE, False),
        (success("string", [START, "x"]), "with a string", DeliveryCode.INVALID_RESPONSE, False),
    ],
)  # fmt: skip
async def test_errors_of_prometheus_are_named(
    reply: Answer, told: str, code: DeliveryCode, retry: bool
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await enriched(RecordingHttp(reply))
    assert told in str(caught.value)
    assert (caught.value.code, caught.value.retry) == (code, retry)


async def test_a_query_that_fails_costs_the_others_nothing_and_is_not_kept() -> None:
    broken = Query("broken", "sum(")
    http = RecordingHttp(matrix(1, 2), BAD_DATA)
    (found,) = await enriched(http, queries=(ERRORS, broken))
    assert found
    assert found.summary.startswith(
        "errors rose from 1 to 2 in 60 s /s; broken: prometheus.example answered 400"
    )
    (error,) = found.data["errors"]  # type: ignore[misc, attr-defined]
    assert (error["name"], error["code"]) == ("broken", "invalid_request")


async def test_a_tenant_is_named() -> None:
    http = RecordingHttp(matrix(1))
    await enriched(http, tenant="team-a")
    assert http.sent[0].headers["x-scope-orgid"] == "team-a"
