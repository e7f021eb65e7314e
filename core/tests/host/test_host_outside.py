"""The guarded way out: internal listeners see no connection at all unless the request allows it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from incident_hub.host.egress import GuardedBackend, allowed, resolve
from incident_hub.host.outside import GuardedClient
from incident_hub_hookspecs import DeliveryError

SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "0177.1",
    "0",
    "0.0.0.0",
    "0.0.0.1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "2852039166",
    "0xa9fea9fe",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.0.8",
    "198.18.0.1",
    "168.63.129.16",
    "[5f00::1]",
    "[2001::1]",
    "127.0.0.1.",
    "127。0。0。1",
]


@dataclass
class Listener:
    """A server inside that counts who connects and answers what it is told to."""

    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    answer: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
    delay: float = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(head)
                await asyncio.sleep(self.delay)
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def inside() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    yield listener
    server.close()
    await asyncio.sleep(0)


@pytest.fixture
async def client() -> AsyncIterator[GuardedClient]:
    made = GuardedClient()
    yield made
    await made.aclose()


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_reaches_inside(inside: Listener, client: GuardedClient, host: str) -> None:
    with pytest.raises(DeliveryError):
        await client.request("GET", f"http://{host}:{inside.port}/", timeout=5)
    await asyncio.sleep(0)
    assert inside.connections == 0


def test_there_are_more_than_forty_spellings() -> None:
    assert len(set(SPELLINGS)) > 40


async def test_allow_private_reaches_inside(inside: Listener, client: GuardedClient) -> None:
    answer = await client.request("GET", f"http://127.0.0.1:{inside.port}/x?y=1", allow_private=True)
    assert (answer.status, answer.body) == (200, b"hi")
    assert b"GET /x?y=1 HTTP/1.1" in inside.requests[0]
    assert b"Accept-Encoding: identity" in inside.requests[0]


async def test_a_private_connection_is_not_lent_to_others(inside: Listener, client: GuardedClient) -> None:
    url = f"http://127.0.0.1:{inside.port}/"
    await client.request("GET", url, allow_private=True)
    await client.request("GET", url, allow_private=True)
    assert inside.connections == 1
    with pytest.raises(DeliveryError):
        await client.request("GET", url)
    assert len(inside.requests) == 2


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "2002:a9fe:a9fe::",
    ],
)
def test_metadata_is_never_allowed(address: str) -> None:
    assert not allowed(address, private=True)


def test_private_opens_the_private_networks_only() -> None:
    for address in ("10.1.2.3", "127.0.0.1", "::1", "fd12::1", "::ffff:192.168.0.1"):
        assert allowed(address, private=True)
        assert not allowed(address, private=False)
    for address in ("224.0.0.1", "0.0.0.0", "::", "100.100.100.200", "64:ff9b::a00:1"):
        assert not allowed(address, private=True)
    for address in ("93.184.216.34", "2606:2800:220:1::1", "8.8.8.8", "::ffff:8.8.8.8"):
        assert allowed(address, private=False)


async def test_a_name_that_changes_its_address_gains_nothing(inside: Listener) -> None:
    answers: list[Sequence[str]] = [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"]]

    async def rebind(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    client = GuardedClient(rebind)
    for _ in range(2):
        with pytest.raises(DeliveryError) as caught:
            await client.request("GET", f"http://rebind.test:{inside.port}/")
        assert not caught.value.retry
    assert inside.connections == 0
    assert answers == []
    await client.aclose()


async def test_the_name_is_resolved_once_and_the_literal_connected_to(inside: Listener) -> None:
    asked: list[str] = []

    async def once(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    client = GuardedClient(once)
    await client.request("GET", f"http://inside.test:{inside.port}/", allow_private=True)
    assert asked == ["inside.test"]
    assert f"Host: inside.test:{inside.port}".encode() in inside.requests[0]
    await client.aclose()


async def test_a_redirect_is_an_answer(inside: Listener, client: GuardedClient) -> None:
    inside.answer = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
    answer = await client.request("POST", f"http://127.0.0.1:{inside.port}/", body=b"", allow_private=True)
    assert answer.status == 302
    assert answer.headers["location"] == "http://169.254.169.254/"
    assert len(inside.requests) == 1


async def test_a_large_answer_is_cut_off(inside: Listener, client: GuardedClient) -> None:
    inside.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n" + b"x" * 2_000_000
    with pytest.raises(DeliveryError, match="larger than"):
        await client.request("GET", f"http://127.0.0.1:{inside.port}/", allow_private=True)


async def test_the_deadline_is_for_the_whole_call(inside: Listener, client: GuardedClient) -> None:
    inside.delay = 30
    with pytest.raises(DeliveryError, match="no answer within") as caught:
        await client.request("GET", f"http://127.0.0.1:{inside.port}/", timeout=0.05, allow_private=True)
    assert caught.value.retry


async def test_errors_and_logs_keep_the_urls_secret(
    inside: Listener, client: GuardedClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "canary-7f3a"
    urls = [f"http://127.0.0.1:{inside.port}", "http://127.0.0.1:1", "http://no-such-host.invalid"]
    await client.request("GET", f"{urls[0]}/{secret}", allow_private=True)
    for url, private in [
        (urls[0], False),
        (urls[1], True),
        (urls[1], False),
        (urls[2], True),
        (urls[2], False),
    ]:
        with pytest.raises(DeliveryError) as caught:
            await client.request("GET", f"{url}/{secret}?k={secret}", allow_private=private)
        assert secret not in repr(caught.value)
        assert caught.value.__cause__ is None
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "unix:///run/x", "ftp://a/", "http://", "//a/", "a", "http://[::1/", "gopher://a"],
)
async def test_only_web_urls(client: GuardedClient, url: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        await client.request("GET", url)
    assert not caught.value.retry


async def test_a_header_cannot_smuggle(inside: Listener, client: GuardedClient) -> None:
    with pytest.raises(DeliveryError) as caught:
        await client.request(
            "GET",
            f"http://127.0.0.1:{inside.port}/",
            headers={"x-a": "1\r\nx-secret: 2"},
            allow_private=True,
        )
    assert "secret" not in str(caught.value)
    assert inside.requests == []


async def test_headers_of_the_connection_are_ours(inside: Listener, client: GuardedClient) -> None:
    url = f"http://user:p%40ss@127.0.0.1:{inside.port}/"
    await client.request("GET", url, headers={"Host": "evil", "X-Mine": "1"}, allow_private=True)
    assert b"evil" not in inside.requests[0]
    assert b"X-Mine: 1" in inside.requests[0]
    assert b"Authorization: Basic dXNlcjpwQHNz" in inside.requests[0]


async def test_unix_sockets_are_refused() -> None:
    with pytest.raises(Exception, match="unix sockets"):
        await GuardedBackend(resolve, private=True).connect_unix_socket("/run/docker.sock")
