"""What is sent, how values are escaped for their place, and which facts are taken of the answer."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from incident_hub.testing.hubs import Hubs
from incident_hub_enricher_http import HttpEnricher, Settings, Target
from incident_hub_enricher_http.picking import MISSING, picked
from incident_hub_hookspecs import ConfigError, DeliveryCode, DeliveryError, Enrichment, Incident
from incident_hub_hookspecs.matching import When
from incident_hub_hookspecs.testing import (
    HOSTILE_TEXTS,
    Answer,
    RecordingHttp,
    an_incident,
    call_context,
    plugin_context,
)

USUAL: dict[str, Any] = {
    "url": "https://cmdb.example/api",
    "name": "cmdb",
    "path": "/services/${labels.service}",
    "facts": {"owner": "owner.name", "tier": "/tier"},
}
KNOWN = Answer(200, {"owner": {"name": "Platform"}, "tier": 1})


async def enriched(
    http: RecordingHttp, *targets: Target, of: Sequence[Incident] = ()
) -> list[Enrichment | None]:
    plugin = plugin_context("enricher_http", Settings(targets), http=http)
    return list(await HttpEnricher().enrich(of or [an_incident()], call_context(plugin)))


def target(**more: Any) -> Target:  # noqa: ANN401
    return Target(**USUAL | more)


async def test_facts_of_an_answer_are_kept_and_told() -> None:
    http = RecordingHttp(KNOWN)
    (found,) = await enriched(http, target(summary="${owner} owns it, tier ${tier}", allow_private=True))
    assert found
    assert found.summary == "Platform owns it, tier 1"
    assert found.data["targets"] == [{"target": "cmdb", "facts": {"owner": "Platform", "tier": 1}}]
    (sent,) = http.sent
    assert (sent.method, sent.url, sent.allow_private) == (
        "GET",
        "https://cmdb.example/api/services/chat",
        True,
    )


async def test_without_a_summary_or_with_a_fact_missing_all_facts_are_told() -> None:
    (plain,) = await enriched(RecordingHttp(KNOWN), target())
    partial = target(summary="${owner}, ${room}", facts={"owner": "/owner/name", "room": "/room"})
    (some,) = await enriched(RecordingHttp(KNOWN), partial)
    assert plain
    assert some
    assert (plain.summary, some.summary) == ("cmdb: owner Platform, tier 1", "cmdb: owner Platform")


async def test_values_are_escaped_for_path_query_header_json_and_form() -> None:
    value = 'a/b?c&d="é"\r\n%'
    http = RecordingHttp(KNOWN)
    body = '{"q": "service ${labels.service}", "all": ${labels.service}, "n": [1]}'
    await enriched(
        http,
        target(path="/s/${labels.service}?q=${labels.service}&x=1", headers={"X-Service": "<${labels.service}>"}),
        target(name="post", path="/", method="POST", body=body),
        target(name="form", path="/", method="POST", body="q=${labels.service}&x=1",
               content_type="application/x-www-form-urlencoded"),
        of=[an_incident(labels={"service": value})],
    )  # fmt: skip
    get, post, form = http.sent
    quoted = "a%2Fb%3Fc%26d%3D%22%C3%A9%22%0D%0A%25"
    assert get.url == f"https://cmdb.example/api/s/{quoted}?q={quoted}&x=1"
    assert get.headers["x-service"] == '<a/b?c&d="?"??%>'
    assert post.json() == {"q": f"service {value}", "all": value, "n": [1]}
    assert (form.body, form.headers["content-type"]) == (
        f"q={quoted}&x=1".encode(), "application/x-www-form-urlencoded",
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
async def test_a_hostile_value_stays_one_part_of_the_path_and_one_string_of_the_body(text: str) -> None:
    http = RecordingHttp(KNOWN)
    post = target(path="/a/${labels.service}/b", method="POST", body='{"a": "${labels.service}", "b": 1}')
    await enriched(http, post, of=[an_incident(labels={"service": text})])
    (sent,) = http.sent
    assert unquote(urlsplit(sent.url).path.removeprefix("/api/a/").removesuffix("/b")) == text
    assert urlsplit(sent.url).path.count("/") == 4
    assert sent.json() == {"a": text, "b": 1}


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/a/${labels.x}", {"x": ".."}),
        ("/a/${labels.x}${labels.y}/b", {"x": ".", "y": "."}),
        ("/${labels.x}?q=1", {"x": "."}),
        ("/a/${labels.x}", {"y": "z"}),
        ("/a/${labels.x}", {"x": "z" * 501}),
    ],
)
async def test_a_value_that_leads_elsewhere_is_too_long_or_missing_sends_nothing(
    path: str, labels: Mapping[str, str]
) -> None:
    http = RecordingHttp(KNOWN)
    assert await enriched(http, target(path=path), of=[an_incident(labels=labels)]) == [None]
    assert http.sent == []


async def test_incidents_that_ask_the_same_are_asked_about_once_and_answers_are_kept() -> None:
    http = RecordingHttp(KNOWN)
    plugin = plugin_context("enricher_http", Settings((target(),)), http=http)
    many = [an_incident(id=str(number)) for number in range(50)]
    for _ in range(2):
        found = await HttpEnricher().enrich(many, call_context(plugin))
        assert len({str(one) for one in found}) == 1
    assert len(http.sent) == 1


async def test_only_incidents_that_are_meant_are_asked_about() -> None:
    http = RecordingHttp(KNOWN)
    assert await enriched(http, target(when=When(labels={"env": "prod"}))) == [None]
    assert http.sent == []


@pytest.mark.parametrize("answer", [Answer(404, "gone"), Answer(204), Answer(200, {}), Answer(200, [])])
async def test_where_nothing_is_known_nothing_is_added(answer: Answer) -> None:
    assert await enriched(RecordingHttp(answer), target()) == [None]


@pytest.mark.parametrize(
    ("answer", "told", "code"),
    [
        (Answer(endless=True), "larger than the client reads", DeliveryCode.INVALID_RESPONSE),
        (Answer(200, "<html>"), "cmdb.example did not answer with JSON", DeliveryCode.INVALID_RESPONSE),
        (Answer(200, KNOWN.body, delay=0.2), "no answer within 0.05 s", DeliveryCode.TIMEOUT),
        (Answer(403), "cmdb.example answered 403", DeliveryCode.AUTHENTICATION_ERROR),
        (Answer(500), "cmdb.example answered 500", DeliveryCode.SERVICE_UNAVAILABLE),
        (
            Answer(302, headers={"location": "http://169.254.169.254/"}),
            "answered 302",
            DeliveryCode.INVALID_RESPONSE,
        ),
    ],
)
async def test_what_goes_wrong_is_said(answer: Answer, told: str, code: DeliveryCode) -> None:
    one = target(timeout_seconds=0.05)
    with pytest.raises(DeliveryError, match=told) as caught:
        await enriched(RecordingHttp(answer), one)
    assert caught.value.code == code
    (found,) = await enriched(RecordingHttp(answer, KNOWN), one, target(name="other", path="/"))
    assert found
    assert found.summary.startswith("other: owner Platform, tier 1; cmdb: cmdb.example")
    (error,) = found.data["errors"]  # type: ignore[misc, attr-defined]
    assert (error["name"], error["code"]) == ("cmdb", code)


async def test_only_a_post_that_may_be_repeated_has_a_key() -> None:
    http = RecordingHttp(KNOWN)
    post = {"method": "POST", "path": "/"}
    await enriched(http, target(**post), target(name="twice", repeatable=True, **post), target(name="get"))
    assert ["idempotency-key" in sent.headers for sent in http.sent] == [False, True, False]


DOCUMENT = {"a": {"b/c": [{"d": 1}], "e~f": 2, "": 3}, "x.y": 4, "n": None}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/a/b~1c/0/d", 1), ("/a/e~0f", 2), ("/a/", 3), ("/x.y", 4), ("a.b/c[0].d", 1), ("n", None), ("a[0]", MISSING),
     ("a.b/c[7]", MISSING), ("/a/b~1c/-", MISSING), ("/a/b~1c/²", MISSING), ("x.y", MISSING)],
)  # fmt: skip
def test_parts_are_picked_by_pointer_or_path(path: str, expected: object) -> None:
    assert picked(DOCUMENT, path) == expected


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"url": ""}, "url"), ({"url": "cmdb"}, "url"), ({"name": "C M"}, "name"), ({"path": "services"}, "path"),
        ({"path": "/${labels}"}, "path"), ({"body": "x"}, "body"), ({"method": "POST", "body": "{"}, "body"),
        ({"method": "POST", "body": '{"a": x${title}}'}, "body"), ({"facts": {}}, "facts"),
        ({"facts": {"a": "b..c"}}, "facts.a"), ({"summary": "${owner} ${mood}"}, "summary"),
        ({"summary": "${owner"}, "summary"), ({"headers": {"Authorization": "x"}}, "headers.Authorization"),
        ({"headers": {"a b": "x"}}, "headers.a b"), ({"headers": {"a": "x\r\ny: z"}}, "headers.a"),
        ({"headers": {"Host": "x"}}, "headers.Host"), ({"headers": {"a": "${b}"}}, "headers.a"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_asked_is_refused_by_its_key(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        target(**wrong)
    assert caught.value.path == path


def test_two_targets_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError, match="targets"):
        Settings((target(), target()))


async def test_facts_are_a_finding_of_the_incident(hub_with: Hubs, recorded_http: RecordingHttp) -> None:
    recorded_http.will(KNOWN)
    entry = {
        **USUAL,
        "path": "/models/${llm.provider}/${llm.model}",
        "token": "t",
        "summary": "${owner} owns it",
    }
    hub = await hub_with(
        "enricher_http", "parser_generic", config={"plugins": {"enricher_http": {"targets": [entry]}}}
    )
    alert = {"title": "slow", "labels": {"provider": "openai", "model": "org/gpt 4"}}
    await hub.post_webhook("generic", alert)
    await hub.settled()
    told = await hub.gql("{ incidents { edges { node { findings { plugin value error } } } } }")
    (finding,) = told["incidents"]["edges"][0]["node"]["findings"]
    assert (finding["value"]["summary"], finding["error"]) == ("Platform owns it", None)
    assert recorded_http.sent[0].url == "https://cmdb.example/api/models/openai/org%2Fgpt%204"
