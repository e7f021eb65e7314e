import re
from typing import Any

import pytest
from incident_hub_hookspecs import DeliveryError, IncidentState, Receipt
from incident_hub_hookspecs.testing import (
    Answer,
    RecordingHttp,
    a_notification,
    an_incident,
    call_context,
    empty_incident,
    hostile_incidents,
    huge_incident,
    plugin_context,
)
from incident_hub_notifier_teams import Settings, TeamsNotifier

URL = "https://prod.logic.example/workflows/T0KEN?sig=s3cret"
MOST_BYTES = 28 * 1024


async def send(http: RecordingHttp, **changes: object) -> Receipt:
    context = call_context(
        plugin_context("notifier_teams", Settings(), http=http),
        incident_url="https://hub.example/incidents/1",
    )
    return await TeamsNotifier().send(a_notification(**{"target": {"url": URL}, **changes}), context)


async def sent_card(**changes: object) -> dict[str, Any]:
    http = RecordingHttp(Answer(202, headers={"x-ms-workflow-run-id": "run-1"}))
    assert (await send(http, **changes)).provider_id == "run-1"
    (sent,) = http.sent
    assert len(sent.body) < MOST_BYTES
    message: Any = sent.json()
    (attachment,) = message["attachments"]
    assert (message["type"], attachment["contentType"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
    )
    card: dict[str, Any] = attachment["content"]
    return card


async def test_a_card_tells_of_the_incident_and_opens_it() -> None:
    card = await sent_card(key="k1", event="created", incident=an_incident(title="slow answers"))
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    head, facts, described = card["body"]
    assert (head["id"], head["style"], head["items"][0]["text"]) == ("k1", "warning", r"\[P2\] slow answers")
    assert {"title": "Service", "value": "chat"} in facts["facts"]
    assert described["text"] == "p95 above 8 s for five minutes"
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open the incident", "url": "https://hub.example/incidents/1"}
    ]


async def test_what_has_ended_is_green() -> None:
    card = await sent_card(event="resolved", incident=an_incident(state=IncidentState.RESOLVED))
    assert card["body"][0]["style"] == "good"


async def test_any_incident_fits_and_nothing_of_it_is_markup() -> None:
    worst = an_incident(description="\\" * 9000, title="\\" * 900, source="\U0001f692" * 900)
    for incident in (empty_incident(), huge_incident(), worst, *hostile_incidents()):
        head, facts, *rest = (await sent_card(incident=incident, text=incident.title))["body"]
        told = [one["text"] for one in (*head["items"], *rest)] + [one["value"] for one in facts["facts"]]
        for text in told:
            bare = re.sub(r"\\[\\`*_{}\[\]()<>#+!|~-]", "", text)
            assert not re.search(r"[\\`*_\[\]<>#!|~]", bare), text


@pytest.mark.parametrize(
    ("status", "retry"), [(429, True), (502, True), (400, False), (404, False), (302, False)]
)
async def test_answers_decide_on_trying_again_and_no_secret_is_told(status: int, *, retry: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(RecordingHttp(Answer(status)))
    assert caught.value.retry is retry
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("target", [{}, {"url": 1}, {"url": "ftp://x"}])
async def test_a_broken_target_is_final(target: dict[str, object]) -> None:
    http = RecordingHttp(Answer(202))
    with pytest.raises(DeliveryError) as caught:
        await send(http, target=target)
    assert (caught.value.retry, http.sent) == (False, [])


async def test_a_card_about_several_incidents_lists_them_within_the_limit() -> None:
    http = RecordingHttp()
    http.will(Answer(202))
    await send(http, incident=huge_incident(), others=tuple([huge_incident()] * 12))
    body = http.sent[0].body
    assert len(body) < MOST_BYTES
    assert b"and 2 more" in body
