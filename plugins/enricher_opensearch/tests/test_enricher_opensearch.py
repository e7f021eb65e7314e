"""What is searched, how values are escaped, and what is told of the lines."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from incident_hub.testing.hubs import Hubs
from incident_hub_enricher_opensearch import OpenSearchEnricher, Search, Settings
from incident_hub_enricher_opensearch.patterns import pattern_of
from incident_hub_hookspecs import (
    ApiKey,
    Basic,
    ConfigError,
    DeliveryCode,
    DeliveryError,
    Enrichment,
    Incident,
)
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

Cluster = Any  # of conftest
URL = "https://logs.example:9200"
ERRORS = Search("errors", "logs-*", 'service:"${labels.service}"')


async def enriched(
    http: RecordingHttp,
    *incidents: Incident,
    after: float = 300,
    **settings: Any,  # noqa: ANN401
) -> Sequence[Enrichment | None]:
    clock = FixedClock(NOON + timedelta(seconds=after))
    made = Settings(**{"url": URL, "searches": (ERRORS,)} | settings)
    plugin = plugin_context("enricher_opensearch", made, clock=clock, http=http)
    return await OpenSearchEnricher().enrich(incidents or (an_incident(),), call_context(plugin))


async def test_lines_are_counted_put_into_patterns_and_those_nearest_to_the_start_shown(
    cluster: Cluster,
) -> None:
    for second in range(-20, 40):
        cluster.log(f"upstream timed out after {900 + second} ms", second, service="chat")
    cluster.log("worker 7 gone", 2, service="chat")
    cluster.log("other service", 0, service="index")
    cluster.log("long before", -700, service="chat")
    http = RecordingHttp(cluster)
    (found,) = await enriched(http, max_lines=3)
    assert found
    assert found.summary == 'errors: 61 lines, mostly "upstream timed out after # ms" (60 of 61 read)'
    (search,) = found.data["searches"]  # type: ignore[misc, attr-defined]
    assert search["patterns"] == [
        {"pattern": "upstream timed out after # ms", "count": 60}, {"pattern": "worker # gone", "count": 1},
    ]  # fmt: skip
    assert [line["at"][17:19] for line in search["lines"]] == ["59", "00", "01"]
    assert http.sent[0].url == f"{URL}/logs-*/_search?ignore_unavailable=true&allow_no_indices=true"


async def test_the_request_is_bounded_and_filters_by_time_query_and_terms(cluster: Cluster) -> None:
    search = Search("q", "a,b-*", 'x:"${labels.service}"', {"llm.model": "${llm.model}"}, before_seconds=60)
    assert await enriched(RecordingHttp(cluster), after=20, searches=(search,), sample=7) == [None]
    (body,) = cluster.asked
    assert (body["size"], body["track_total_hits"], body["_source"]) == (7, 10_000, ["@timestamp", "message"])
    span, query, term = body["query"]["bool"]["filter"]
    assert span["range"]["@timestamp"]["gte"] == "2026-01-01T11:59:00.000Z"
    assert span["range"]["@timestamp"]["lte"] == "2026-01-01T12:00:30.000Z"
    assert query["query_string"]["query"] == 'x:"chat"'
    assert term == {"term": {"llm.model": {"value": "gpt-4o"}}}


async def test_a_value_is_nothing_but_text_in_its_phrase(cluster: Cluster) -> None:
    text = 'a" OR service:* OR x:"\\'
    cluster.log("mine", 0, service=text)
    cluster.log("not mine", 0, service="chat")
    (found,) = await enriched(RecordingHttp(cluster), an_incident(labels={"service": text}))
    assert found
    assert found.summary == 'errors: 1 lines, mostly "mine"'
    query = cluster.asked[0]["query"]["bool"]["filter"][1]["query_string"]["query"]
    assert query == 'service:"a\\" OR service:* OR x:\\"\\\\"'


async def test_one_request_serves_a_storm_and_is_kept(cluster: Cluster) -> None:
    cluster.log("x", 0, service="chat")
    http = RecordingHttp(cluster)
    plugin = plugin_context("enricher_opensearch", Settings(url=URL, searches=(ERRORS,)), http=http)
    many = [an_incident(id=str(n), first_seen=NOON + timedelta(seconds=n % 10)) for n in range(50)]
    for _ in range(2):
        assert all(await OpenSearchEnricher().enrich(many, call_context(plugin)))
    assert len(http.sent) == 1


async def test_who_lacks_a_label_or_is_not_meant_is_not_asked_about(cluster: Cluster) -> None:
    http = RecordingHttp(cluster)
    other = Search("q", query="x", when=When(sources=("grafana",)))
    assert await enriched(http, an_incident(labels={})) == [None]
    assert await enriched(http, searches=(other,)) == [None]
    assert await enriched(http, url="") == [None]
    assert http.sent == []


async def test_fields_may_be_dotted_or_nested_and_messages_need_not_be_text() -> None:
    sources = [
        {"@timestamp": 1767268800000, "log": {"original": "nested"}},
        {"@timestamp": "2026-01-01T12:00:01.5Z", "log.original": {"k": 1}},
        {"@timestamp": "soon", "log": {"original": "no time"}},
        {"other": 1},
    ]
    hits = [{"_index": "i", "_source": one} for one in sources] + [{"_index": "i"}, None]
    answer = Answer(200, {"hits": {"total": 6, "hits": hits}})
    search = Search("q", query="x", message_field="log.original")
    (found,) = await enriched(RecordingHttp(answer), searches=(search,))
    assert found
    (shown,) = found.data["searches"]  # type: ignore[misc, attr-defined]
    assert sorted((one["message"], one["at"]) for one in shown["lines"]) == [
        ("nested", "2026-01-01T12:00:00+00:00"), ("no time", None), ('{"k":1}', "2026-01-01T12:00:01.500000+00:00"),
    ]  # fmt: skip
    assert (shown["total"], shown["sampled"]) == (6, 3)


async def test_many_lines_are_said_to_be_at_least_so_many(cluster: Cluster) -> None:
    cluster.documents = [
        {"@timestamp": NOON.isoformat(), "message": "x", "service": "chat"} for _ in range(10_001)
    ]
    (found,) = await enriched(RecordingHttp(cluster))
    assert found
    assert found.summary.startswith("errors: at least 10,000 lines")


async def test_a_partial_answer_says_what_is_missing(cluster: Cluster) -> None:
    cluster.log("x", 0, service="chat")
    cluster.timed_out = True
    reason = {"type": "query_shard_exception", "reason": "No mapping found"}
    failures = [{"shard": 0, "index": "logs-old", "node": "n", "reason": reason}]
    cluster.shards = {"total": 5, "successful": 4, "skipped": 0, "failed": 1, "failures": failures}
    (found,) = await enriched(RecordingHttp(cluster))
    assert found
    wanted = "incomplete: the search timed out; 1 of 5 shards failed: query_shard_exception: No mapping found"
    assert found.summary.endswith(wanted)
    cluster.shards = {"total": 5, "successful": 0, "skipped": 0, "failed": 5, "failures": failures}
    with pytest.raises(DeliveryError, match="5 of 5 shards failed: query_shard_exception"):
        await enriched(RecordingHttp(cluster))


SECURITY = {"type": "security_exception", "reason": "unable to authenticate user [hub]"}
PARSING = {"type": "parsing_exception", "reason": "unknown query [fuzy]"}
PHASE = {"type": "search_phase_execution_exception", "reason": "all shards failed"}
BUSY = {"type": "es_rejected_execution_exception", "reason": "queue is full"}


@pytest.mark.parametrize(
    ("reply", "told", "code", "retry"),
    [
        (Answer(400, {"error": {"root_cause": [PARSING], **PHASE}, "status": 400}),
         "answered 400: parsing_exception: unknown query [fuzy]", DeliveryCode.INVALID_REQUEST, False),
        (Answer(401, {"error": SECURITY, "status": 401}),
         "answered 401: security_exception: unable to", DeliveryCode.AUTHENTICATION_ERROR, False),
        (Answer(401, "Unauthorized"), "logs.example answered 401", DeliveryCode.AUTHENTICATION_ERROR, False),
        (Answer(429, {"error": BUSY, "status": 429}, {"retry-after": "5"}),
         "429: es_rejected_execution_exception: queue is full", DeliveryCode.RATE_LIMIT, True),
        (Answer(200, {"hits": {"hits": 5}}), "did not answer as Elasticsearch", DeliveryCode.INVALID_RESPONSE, False),
    ],
)  # fmt: skip
async def test_errors_of_the_cluster_are_named(
    reply: Answer, told: str, code: DeliveryCode, retry: bool
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await enriched(RecordingHttp(reply))
    assert told in str(caught.value)
    assert (caught.value.code, caught.value.retry) == (code, retry)


async def test_lines_that_are_too_long_to_read_are_asked_for_again_but_fewer(cluster: Cluster) -> None:
    cluster.log("x", 0, service="chat")
    (found,) = await enriched(RecordingHttp(Answer(endless=True), cluster))
    assert found
    assert [body["size"] for body in cluster.asked] == [10]


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("took 12.5 ms at 2026-01-01T12:00:00,123Z", "took # ms at #Z"),
        ("id 123e4567-e89b-12d3-a456-426614174000 at 0xBEEF", "id # at #"),
        ("10.0.0.1:8080 refused deadbeef42", "# refused #"),
        ("facade deadbeef face", "facade deadbeef face"),
    ],
)
def test_numbers_ids_and_times_are_masked(message: str, pattern: str) -> None:
    assert pattern_of(message) == pattern


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({}, "query"),
        ({"query": "service:${labels.service}"}, "query"),
        ({"query": 'x:"\\"" AND ${title}'}, "query"),
        ({"query": "x", "index": "../_cluster"}, "index"),
        ({"terms": {"a": "${nothing}"}}, "terms.a"),
    ],
)
def test_a_search_that_means_nothing_or_lets_values_out_of_quotes_is_refused(
    wrong: dict[str, Any], path: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Search("q", **wrong)
    assert caught.value.path == path


def test_an_api_key_is_announced_as_elasticsearch_wants_it() -> None:
    assert Settings(url=URL, api_key="abc").endpoint("x").credentials == (
        ApiKey("ApiKey abc", "Authorization"),
    )
    assert Settings(url=URL, user="u", password="p").endpoint("x").credentials == (Basic("u", "p"),)


async def test_lines_are_a_finding_of_the_incident_and_secrets_in_them_are_not(
    hub_with: Hubs, cluster: Cluster, recorded_http: RecordingHttp
) -> None:
    recorded_http.will(cluster)
    key = "sk-abcdefghij0123456789ABCDEF"
    cluster.log(f"call with {key} failed", 0, **{"service.name": "chat", "service": "chat",
                "resource.attributes.service.name": "chat"})  # fmt: skip
    config = {"plugins": {"enricher_opensearch": {"url": URL}}}
    hub = await hub_with("enricher_opensearch", "parser_generic", config=config)
    alert = {"title": "slow", "labels": {"service": "chat"}, "starts_at": NOON.isoformat()}
    await hub.post_webhook("generic", alert)
    await hub.settled()
    told = await hub.gql("{ incidents { edges { node { findings { plugin value error } } } } }")
    (finding,) = told["incidents"]["edges"][0]["node"]["findings"]
    assert (finding["plugin"], finding["error"]) == ("enricher_opensearch", None)
    assert "error logs: 1 lines" in finding["value"]["summary"]
    assert key not in str(finding)
