from collections.abc import Mapping

import pytest
from incident_hub_hookspecs import DeliveryError, Receipt
from incident_hub_hookspecs.testing import (
    Answer,
    RecordingHttp,
    a_notification,
    call_context,
    plugin_context,
)

from {{ cookiecutter.__package }} import RoomNotifier, Settings

URL = "https://chat.example/hooks/s3cret"
TARGET = {"url": URL}


async def send(
    http: RecordingHttp, target: Mapping[str, object] = TARGET, text: str = "[P1] it burns"
) -> Receipt:
    context = call_context(plugin_context(http=http), incident_url="https://hub.example/incidents/1")
    return await RoomNotifier(Settings()).send(a_notification(text=text, target=target), context)


async def test_the_room_gets_one_message_with_a_link_and_the_key() -> None:
    http = RecordingHttp(Answer(200, headers={"x-request-id": "r7"}))
    receipt = await send(http)
    (sent,) = http.sent
    assert (sent.method, sent.url) == ("POST", URL)
    assert sent.headers["idempotency-key"] == a_notification().key
    assert sent.json() == {
        "username": "Incident Hub",
        "text": "[P1] it burns\nhttps://hub.example/incidents/1",
    }
    assert receipt == Receipt("r7", "chat.example answered 200")


async def test_markup_in_an_alert_stays_text() -> None:
    http = RecordingHttp(Answer(200))
    await send(http, text="<!channel> & <https://evil.example|click>")
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;" in http.sent[0].body.decode()


@pytest.mark.parametrize(("status", "retry"), [(404, False), (410, False), (429, True), (503, True)])
async def test_the_answer_decides_on_another_try_and_the_address_is_not_told(
    status: int, *, retry: bool
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(RecordingHttp(Answer(status)))
    assert caught.value.retry is retry
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("target", [{}, {"url": 7}, {"url": "mailto:a@b.example"}])
async def test_a_target_without_an_address_is_refused_for_good(target: dict[str, object]) -> None:
    http = RecordingHttp(Answer(200))
    with pytest.raises(DeliveryError) as caught:
        await send(http, target)
    assert caught.value.retry is False
    assert http.sent == []
