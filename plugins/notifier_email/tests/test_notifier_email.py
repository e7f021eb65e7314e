"""Mails are read back from real SMTP servers."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from incident_hub_hookspecs import ConfigError, DeliveryCode, DeliveryError, Notification, Receipt, Severity
from incident_hub_hookspecs.testing import (
    CANARY,
    HOSTILE_TEXTS,
    a_notification,
    an_incident,
    call_context,
    hostile_incidents,
    plugin_context,
)
from incident_hub_notifier_email import EmailNotifier, Settings

MailServer = Any  # of conftest
TO = {"to": "oncall@example.com"}
URL = "https://hub.example/incidents/1?a=1&b=2"


async def send(settings: Settings, note: Notification | None = None, deadline: float = 10.0) -> Receipt:
    context = call_context(
        plugin_context("notifier_email", settings), deadline_seconds=deadline, incident_url=URL
    )
    return await EmailNotifier().send(note or a_notification(target=TO), context)


async def test_a_mail_has_text_and_html_for_to_and_cc(mail_server: MailServer) -> None:
    target = {
        "to": ["Ann <ann@example.com>", "bob@example.com"],
        "cc": ["bob@example.com", "eve@example.com"],
    }
    incident = an_incident(title="Answers of gpt-4o are slow äöü", severity=Severity.P1)
    note = a_notification(key="key-1", event="created", incident=incident, target=target)
    receipt = await send(mail_server.settings(reply_to="people@hub.example"), note)
    (mail,) = mail_server.mails
    assert mail["From"] == "Incident Hub <hub@hub.example>"
    assert (mail["To"], mail["Cc"]) == ("ann@example.com, bob@example.com", "eve@example.com")
    assert mail["Subject"] == "[P1] Answers of gpt-4o are slow äöü"
    assert mail["Reply-To"] == "people@hub.example"
    assert (mail["Auto-Submitted"], mail["Importance"]) == ("auto-generated", "high")
    assert mail["List-Id"] == "Incidents <incidents.hub.example>"
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert text.startswith(f"Created: Answers of gpt-4o are slow äöü\n\n{URL}\n\nSeverity: P1\n")
    assert "Label service: chat" in text
    assert "Model: gpt-4o" in text
    assert "p95 above 8 s for five minutes" in text
    assert 'href="https://hub.example/incidents/1?a=1&amp;b=2"' in html
    (envelope,) = mail_server.envelopes
    assert envelope.rcpt_tos == ["ann@example.com", "bob@example.com", "eve@example.com"]
    assert receipt == Receipt(mail["Message-ID"], "localhost took it for 3 of 3")
    assert mail_server.secured == [True]


async def test_mails_about_an_incident_are_one_thread(mail_server: MailServer) -> None:
    one, other = an_incident(id="one"), an_incident(id="other")
    for key, event, incident in [
        ("k1", "created", one), ("k1", "created", one), ("k2", "resolved", one), ("k3", "created", other)
    ]:  # fmt: skip
        await send(mail_server.settings(), a_notification(key=key, event=event, incident=incident, target=TO))
    first, again, end, elsewhere = mail_server.mails
    assert first["Message-ID"] == again["Message-ID"] != end["Message-ID"]
    assert first["References"] == end["References"] == end["In-Reply-To"] != elsewhere["References"]
    assert end["Subject"] == f"Re: {first['Subject']}"


async def test_nothing_of_an_alert_becomes_markup_or_a_header(plain_server: MailServer) -> None:
    for incident in hostile_incidents():
        await send(
            plain_server.settings("plain"), a_notification(incident=incident, target=TO, key="k\r\nX-Key: y")
        )
    assert len(plain_server.mails) == len(HOSTILE_TEXTS)
    expected = set(plain_server.mails[0].keys())
    for mail in plain_server.mails:
        assert set(mail.keys()) <= expected | {"Importance"}
        assert mail["Subject"].isprintable()
        text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
        assert all(line.isprintable() for line in text.split("\n"))
        assert not any(tag in html for tag in ("<script", "<img", "<!ENTITY", "<U0000"))
        assert html.count("<a ") == 1
    raw = b"".join(envelope.content for envelope in plain_server.envelopes)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


async def test_tls_from_the_first_byte(tls_server: MailServer) -> None:
    await send(tls_server.settings("tls"))
    assert len(tls_server.mails) == 1


async def test_plain_only_when_asked_and_never_a_fall_back(plain_server: MailServer) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(plain_server.settings("starttls"))
    assert caught.value.retry is False
    assert plain_server.mails == []
    await send(plain_server.settings("plain"))
    assert (len(plain_server.mails), plain_server.secured) == (1, [False])


async def test_a_relay_that_nobody_vouches_for_gets_no_mail(mail_server: MailServer) -> None:
    with pytest.raises(DeliveryError, match="certificate verify failed") as caught:
        await send(mail_server.settings(ca_file=""))
    assert caught.value.code is DeliveryCode.NETWORK_ERROR
    assert mail_server.mails == []


async def test_a_wrong_password_is_final_and_not_told(mail_server: MailServer) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(mail_server.settings(password=CANARY + "x"))
    assert (caught.value.retry, caught.value.code) == (False, DeliveryCode.AUTHENTICATION_ERROR)
    assert CANARY not in f"{caught.value!r} {mail_server.settings()!r}"


@pytest.mark.parametrize(
    ("to", "retry"), [("nobody@example.com", False), ("later@example.com", True),
                      (["nobody@example.com", "later@example.com"], True)],
)  # fmt: skip
async def test_when_all_are_refused_nothing_is_sent(
    mail_server: MailServer, to: object, *, retry: bool
) -> None:
    with pytest.raises(DeliveryError, match="takes nothing for") as caught:
        await send(mail_server.settings(), a_notification(target={"to": to}))
    assert caught.value.retry is retry


async def test_who_is_refused_stands_in_the_receipt(mail_server: MailServer) -> None:
    target = {"to": ["ann@example.com", "nobody@example.com"]}
    receipt = await send(mail_server.settings(), a_notification(target=target))
    assert receipt.detail == (
        "localhost took it for 1 of 2, not for nobody@example.com (550 5.1.1 no such user)"
    )
    assert [envelope.rcpt_tos for envelope in mail_server.envelopes] == [["ann@example.com"]]


async def test_a_4xx_for_the_letter_is_tried_again(mail_server: MailServer) -> None:
    with pytest.raises(DeliveryError, match="452") as caught:
        await send(
            mail_server.settings(),
            a_notification(target=TO, incident=an_incident(title="disk is full")),
        )
    assert (caught.value.retry, caught.value.code) == (True, DeliveryCode.SERVICE_UNAVAILABLE)


async def test_a_relay_that_hangs_or_is_away_is_tried_again(silent_port: int) -> None:
    settings = Settings(host="127.0.0.1", port=silent_port, security="plain", sender="hub@hub.example")
    with pytest.raises(DeliveryError) as caught:
        await send(settings, deadline=0.05)
    assert (caught.value.retry, caught.value.code) == (True, DeliveryCode.TIMEOUT)
    with pytest.raises(DeliveryError) as caught:
        await send(replace(settings, port=1))
    assert (caught.value.retry, caught.value.code) == (True, DeliveryCode.NETWORK_ERROR)


@pytest.mark.parametrize(
    "target", [{}, {"to": []}, {"to": "no address"}, {"to": "a@b\r\nRCPT TO:<x@y.z>"}, {"to": [1]},
               {"to": "ä@example.com"}, {"to": "a@-b.example"}, {**TO, "cc": 7},
               {"to": [f"u{n}@x.example" for n in range(101)]}],
)  # fmt: skip
async def test_a_target_that_names_nobody_is_final(
    mail_server: MailServer, target: dict[str, object]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(mail_server.settings(), a_notification(target=target))
    assert caught.value.retry is False
    assert mail_server.envelopes == []


async def test_without_a_relay_the_key_is_named() -> None:
    with pytest.raises(DeliveryError, match="notifier_email has no `host`") as caught:
        await send(Settings())
    assert caught.value.retry is False


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"sender": ""}, "sender"),
        ({"sender": "hub"}, "sender"),
        ({"user": "u", "security": "plain"}, "security"),
        ({"reply_to": "x"}, "reply_to"),
        ({"hello": "a\nb"}, "hello"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings(**{"host": "relay.example", "sender": "hub@hub.example", **wrong})
    assert caught.value.path == path


def test_a_new_loop_needs_no_connection_of_an_old_one(mail_server: MailServer) -> None:
    for _ in range(2):
        asyncio.run(send(mail_server.settings()))
    assert len(mail_server.mails) == 2
