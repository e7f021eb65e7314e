"""Calls of endpoints, against a real server on loopback that plays a script."""

import asyncio
import hmac
import ssl
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from incident_hub.domain.clock import HubClock
from incident_hub.host.endpoints.client import PluginHttp
from incident_hub.host.endpoints.credentials import signature_headers
from incident_hub.host.endpoints.tries import pause
from incident_hub.host.outside import GuardedClient
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub_hookspecs import (
    ApiKey,
    Basic,
    Bearer,
    DeliveryCode,
    DeliveryError,
    Endpoint,
    HttpResponse,
    OAuth2,
    Signed,
    Tls,
)
from incident_hub_hookspecs.testing import plugin_context


@dataclass
class Script:
    """Answers in the order they are written; the last one again and again."""

    answers: list[str] = field(default_factory=lambda: ["200 OK"])
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    delay: float = 0.0
    active: int = 0
    most_active: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                first, *lines = head.strip().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.seen.append((first, headers, body))
                writer.write(await self._answer(first))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, first: str) -> bytes:
        if "/token" in first:
            token = f'{{"access_token": "t{len(self.seen)}", "expires_in": 3600}}'
            return f"HTTP/1.1 200 OK\r\ncontent-length: {len(token)}\r\n\r\n{token}".encode()
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        await asyncio.sleep(self.delay)
        self.active -= 1
        status, *more = (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]).split("|")
        if status == "cut":
            raise ConnectionError
        lines = "".join(f"{line}\r\n" for line in more)
        return f"HTTP/1.1 {status}\r\n{lines}content-length: 2\r\n\r\nhi".encode()


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    made = Script()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await asyncio.sleep(0)


@dataclass
class Calls:
    """One plugin's way out."""

    endpoint: Endpoint
    record: PluginRecord
    http: PluginHttp

    def change(self, **options: Any) -> None:  # noqa: ANN401 - any field
        self.endpoint = replace(self.endpoint, **options)

    async def get(self, **options: Any) -> HttpResponse:  # noqa: ANN401
        return await self.http.call(self.endpoint, "GET", "/x", **options)

    async def post(self, **options: Any) -> HttpResponse:  # noqa: ANN401
        return await self.http.call(self.endpoint, "POST", "/x", body=b"{}", **options)


@pytest.fixture
async def calls(script: Script) -> AsyncIterator[Calls]:
    record = PluginRecord("mine", "mine", "1", PluginStatus.ACTIVE)
    raw = GuardedClient()
    http = PluginHttp(raw, record, HubClock(), plugin_context("mine").log)
    url = f"http://127.0.0.1:{script.port}/"
    yield Calls(Endpoint("svc", url, allow_private=True, backoff_seconds=0.001), record, http)
    await raw.aclose()


async def failing(call: Callable[..., Any], **options: Any) -> DeliveryError:  # noqa: ANN401
    with pytest.raises(DeliveryError) as caught:
        await call(**options)
    return caught.value


@pytest.mark.parametrize("first", ["500 No", "503 No", "429 No", "408 No", "cut"])
async def test_what_may_pass_is_tried_again(script: Script, calls: Calls, first: str) -> None:
    script.answers = [first, first, "200 OK"]
    assert (await calls.get()).status == 200
    assert len(script.seen) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_what_cannot_pass_is_not_tried_again(script: Script, calls: Calls, status: int) -> None:
    script.answers = [f"{status} No"]
    assert (await calls.get()).status == status
    assert len(script.seen) == 1


async def test_three_tries_are_all_and_the_last_answer_comes_back(script: Script, calls: Calls) -> None:
    script.answers = ["503 No"]
    assert (await calls.get()).status == 503
    assert len(script.seen) == 3


async def test_a_post_is_repeated_only_under_a_key_that_goes_with_it(script: Script, calls: Calls) -> None:
    script.answers = ["503 No", "200 OK"]
    assert (await calls.post()).status == 503
    script.answers = ["503 No", "200 OK"]
    assert (await calls.post(idempotency_key="k1")).status == 200
    assert [headers.get("idempotency-key") for _, headers, _ in script.seen] == [None, "k1", "k1"]


async def test_retry_after_is_the_shortest_wait(script: Script, calls: Calls) -> None:
    script.answers = ["429 No|retry-after: 1", "200 OK"]
    begun = time.monotonic()
    assert (await calls.get()).status == 200
    assert time.monotonic() - begun >= 1


async def test_a_retry_after_beyond_the_deadline_ends_the_call_and_holds_off_the_next(
    script: Script, calls: Calls
) -> None:
    script.answers = ["429 No|retry-after: 60"]
    assert (await calls.get(timeout=5)).status == 429
    error = await failing(calls.get, timeout=5)
    assert error.code is DeliveryCode.RATE_LIMIT
    assert error.retry_after is not None
    assert 50 < error.retry_after <= 60
    assert len(script.seen) == 1


async def test_the_deadline_is_for_all_tries_together(script: Script, calls: Calls) -> None:
    script.delay = 30
    error = await failing(calls.get, timeout=0.2)
    assert error.code is DeliveryCode.TIMEOUT
    assert len(script.seen) == 1


def test_waits_are_drawn_from_a_doubling_span_with_an_end() -> None:
    endpoint = Endpoint("svc", "http://x", backoff_seconds=1, backoff_most_seconds=4)
    drawn = {tried: [pause(endpoint, tried, None) for _ in range(400)] for tried in (1, 2, 3, 9)}
    assert all(
        0 <= wait <= bound for tried, bound in ((1, 1), (2, 2), (3, 4), (9, 4)) for wait in drawn[tried]
    )
    assert min(drawn[3]) < 1
    assert max(drawn[3]) > 3
    assert pause(endpoint, 1, 7.0) == 7.0


async def test_the_circuit_opens_is_seen_and_is_reset_by_hand(script: Script, calls: Calls) -> None:
    script.answers = ["500 No"]
    await calls.get()
    await failing(calls.get)
    circuit = calls.record.circuits["mine@svc"]
    assert (circuit.state, calls.record.status) == ("open", PluginStatus.DEGRADED)
    error = await failing(calls.get)
    assert error.code is DeliveryCode.CIRCUIT_OPEN
    assert len(script.seen) == 5
    script.answers = ["200 OK"]
    circuit.reset()
    assert (await calls.get()).status == 200
    assert (circuit.state, calls.record.status) == ("closed", PluginStatus.ACTIVE)


async def test_one_probe_goes_through_the_half_open_circuit_and_closes_it(
    script: Script, calls: Calls
) -> None:
    calls.change(failures_to_open=1, reset_seconds=0.05, tries=1)
    script.answers = ["500 No", "200 OK"]
    await calls.get()
    circuit = calls.record.circuits["mine@svc"]
    assert circuit.state == "open"
    await asyncio.sleep(0.06)
    assert circuit.state == "half_open"
    script.delay = 0.05
    probe = asyncio.create_task(calls.get())
    await asyncio.sleep(0.02)
    assert (await failing(calls.get)).code is DeliveryCode.CIRCUIT_OPEN
    assert (await probe).status == 200
    assert circuit.state == "closed"


async def test_a_cancelled_probe_leaves_its_place_to_the_next(script: Script, calls: Calls) -> None:
    calls.change(failures_to_open=1, reset_seconds=0.01, tries=1)
    script.answers = ["500 No", "200 OK"]
    await calls.get()
    await asyncio.sleep(0.02)
    script.delay = 5
    probe = asyncio.create_task(calls.get())
    await asyncio.sleep(0.05)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    script.delay = 0
    assert (await calls.get()).status == 200


async def test_answers_that_say_no_leave_the_circuit_closed(script: Script, calls: Calls) -> None:
    script.answers = ["422 No"]
    for _ in range(8):
        await calls.get()
    assert calls.record.circuits["mine@svc"].state == "closed"


async def test_the_bulkhead_holds_calls_back(script: Script, calls: Calls) -> None:
    calls.change(concurrency=2)
    script.delay = 0.02
    await asyncio.gather(*(calls.get() for _ in range(6)))
    assert script.most_active == 2


async def test_no_room_in_the_rate_is_said_within_the_deadline(script: Script, calls: Calls) -> None:
    calls.change(requests_per_minute=2, tries=1)
    await calls.get()
    await calls.get()
    error = await failing(calls.get, timeout=0.05)
    assert error.code is DeliveryCode.RATE_LIMIT
    assert len(script.seen) == 2


async def test_tokens_have_a_rate_of_their_own(script: Script, calls: Calls) -> None:
    calls.change(tokens_per_minute=100)
    await calls.get(tokens=90)
    assert (await failing(calls.get, tokens=20, timeout=0.05)).code is DeliveryCode.RATE_LIMIT
    assert (await failing(calls.get, tokens=101)).code is DeliveryCode.INVALID_REQUEST
    assert (await calls.get(tokens=5)).status == 200


async def test_credentials_become_headers(script: Script, calls: Calls) -> None:
    calls.change(credentials=(ApiKey("k", "X-Key"), Bearer("b")))
    await calls.get()
    calls.change(credentials=(Basic("us", "pw"),))
    await calls.get()
    first, second = (headers for _, headers, _ in script.seen)
    assert (first["x-key"], first["authorization"]) == ("k", "bearer b")
    assert second["authorization"] == "basic dxm6chc="


def test_a_signature_covers_what_it_names() -> None:
    how = Signed("hub", "s3", "{id}|{time}|{body}", (("X-Time", "{time}"), ("X-Sig", "v1={signature}")))
    sent = signature_headers(how, "POST", "/x", b"{}", datetime(2026, 1, 1, 12, tzinfo=UTC))
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    signed = f"hub|2026-01-01T12:00:00.000Z|{digest}".encode()
    assert sent == {
        "X-Time": "2026-01-01T12:00:00.000Z",
        "X-Sig": "v1=" + hmac.digest(b"s3", signed, "sha256").hex(),
    }


async def test_a_token_is_fetched_once_and_again_when_it_is_refused(script: Script, calls: Calls) -> None:
    oauth = OAuth2(f"http://127.0.0.1:{script.port}/token", "id", "secret", "scan")
    calls.change(credentials=(oauth,))
    await asyncio.gather(calls.get(), calls.get())
    assert sum("/token" in first for first, _, _ in script.seen) == 1
    script.answers = ["401 No", "200 OK"]
    assert (await calls.post()).status == 200
    asked = [body for first, _, body in script.seen if "/token" in first]
    assert asked == [b"grant_type=client_credentials&scope=scan"] * 2
    script.answers = ["401 No"]
    assert (await calls.get()).status == 401
    assert "refuses our credentials" in calls.record.reason


async def test_a_service_that_is_away_degrades_the_plugin_until_it_answers(
    script: Script, calls: Calls
) -> None:
    port, calls.endpoint = script.port, replace(calls.endpoint, url="http://127.0.0.1:1")
    assert (await failing(calls.get)).code is DeliveryCode.NETWORK_ERROR
    assert calls.record.status is PluginStatus.DEGRADED
    assert "127.0.0.1" in calls.record.reason
    calls.change(url=f"http://127.0.0.1:{port}")
    await calls.get()
    assert (calls.record.status, calls.record.reason) == (PluginStatus.ACTIVE, "")


async def test_figures_count_calls_tries_and_codes(script: Script, calls: Calls) -> None:
    script.answers = ["503 No", "200 OK", "422 No"]
    await calls.get()
    await calls.get()
    figures = calls.record.endpoints["svc"]
    assert (figures.calls, figures.tries, figures.errors) == (2, 3, 1)
    assert figures.failures == {"invalid_request": 1}
    assert figures.p95 > 0


async def test_no_secret_shows_in_repr_or_error(script: Script, calls: Calls) -> None:
    how = (ApiKey("hush1"), Bearer("hush2"), Basic("u", "hush3"), OAuth2("http://x/hush4", "i", "hush4"))
    assert "hush" not in repr(replace(calls.endpoint, credentials=how)).replace("http://x/hush4", "")
    calls.change(credentials=(how[3],))
    assert "hush" not in str(await failing(calls.get))


def certificates(folder: Path) -> tuple[Path, Path, Path]:
    """An authority of our own, and a certificate by it for both sides."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    paths = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(str(paths[0]))
    issued.cert_chain_pems[0].write_to_path(str(paths[1]))
    issued.private_key_pem.write_to_path(str(paths[2]))
    return paths


async def test_a_certificate_of_ours_is_needed_and_an_authority_of_our_own_is_trusted(
    calls: Calls, tmp_path: Path
) -> None:
    authority, certificate, key = certificates(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority))
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    script = Script()
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0, ssl=context)
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    calls.change(url=url, tries=1)
    assert "its certificate is not trusted" in str(await failing(calls.get))
    calls.change(tls=Tls(authority))
    assert (await failing(calls.get)).code is DeliveryCode.NETWORK_ERROR
    calls.change(tls=Tls(authority, certificate, key))
    assert (await calls.get()).status == 200
    calls.change(tls=Tls(tmp_path / "none.pem"))
    assert (await failing(calls.get)).code is DeliveryCode.AUTHENTICATION_ERROR
    server.close()
