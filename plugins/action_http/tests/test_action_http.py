import pytest
from incident_hub_action_http import HttpAction
from incident_hub_hookspecs import ActionResult, DeliveryError
from incident_hub_hookspecs.testing import Answer, RecordingHttp, an_incident, call_context, plugin_context

URL = "https://u:pw@api.example/restart?token=s3cret"


async def run(http: RecordingHttp, *, dry_run: bool = False, **params: object) -> ActionResult:
    context = call_context(plugin_context("action_http", http=http), deadline_seconds=3.0)
    return await HttpAction().run(an_incident(), params, "key-1", dry_run=dry_run, context=context)


async def test_request_is_sent_with_its_key() -> None:
    http = RecordingHttp(Answer(200, "done"))
    result = await run(http, url=URL, method="put", headers={"X-A": "b"}, json={"a": 1})
    (sent,) = http.sent
    assert (sent.method, sent.url, sent.body, sent.allow_private) == ("PUT", URL, b'{"a":1}', False)
    assert sent.headers == {"x-a": "b", "content-type": "application/json", "idempotency-key": "key-1"}
    assert result.output == {"status": 200, "body": "done", "cut": False}


async def test_dry_run_sends_nothing_and_masks_credentials() -> None:
    http = RecordingHttp(Answer(200, "done"))
    headers = {"Authorization": "Bearer abc", "X-Api-Key": "abc", "Cookie": "abc", "X-A": "b"}
    result = await run(http, dry_run=True, url=URL, headers=headers, body="hi")
    assert http.sent == []
    assert result.output["url"] == "https://api.example/restart?***"
    assert not any(secret in str(result) for secret in ("abc", "s3cret", "pw"))
    assert "'x-a': 'b'" in str(result.output["headers"])


async def test_only_expected_answers_are_success() -> None:
    assert (await run(RecordingHttp(Answer(404)), url=URL, expect=[404])).output["status"] == 404
    with pytest.raises(DeliveryError):
        await run(RecordingHttp(Answer()), url=URL, expect=[404])
    with pytest.raises(DeliveryError) as caught:
        await run(RecordingHttp(Answer(503, headers={"Retry-After": "5"})), url=URL)
    assert (caught.value.retry, caught.value.retry_after) == (True, 5.0)
    assert "s3cret" not in str(caught.value)


async def test_a_long_answer_is_cut() -> None:
    result = await run(RecordingHttp(Answer(200, "x" * 9000)), url=URL)
    assert (len(str(result.output["body"])), result.output["cut"]) == (8192, True)


def test_the_action_never_claims_to_be_idempotent() -> None:
    assert HttpAction.idempotent is False


@pytest.mark.parametrize(
    "params",
    [{}, {"url": "file:///x"}, {"url": URL, "method": "TRACE"}, {"url": URL, "headers": {"A": "b\r\nC: d"}},
     {"url": URL, "headers": {"A b": "c"}}, {"url": URL, "json": 1, "body": "x"}, {"url": URL, "body": 1},
     {"url": URL, "expect": [True]}, {"url": URL, "expect": []}, {"url": URL, "json": {1, 2}}, {"url": URL, "x": 1}],
)  # fmt: skip
async def test_wrong_params_are_final_and_nothing_is_sent(params: dict[str, object]) -> None:
    http = RecordingHttp(Answer(200, "done"))
    with pytest.raises(DeliveryError) as caught:
        await run(http, **params)
    assert caught.value.retry is False
    assert http.sent == []
