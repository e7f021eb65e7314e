"""Real SMTP servers, each on a loop in a thread of its own: with STARTTLS and a login, with TLS, and plain."""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from incident_hub_hookspecs.testing import CANARY
from incident_hub_notifier_email import Settings

logging.getLogger("mail.log").setLevel(logging.ERROR)  # the server's, a line of log for each line of mail


class MailServer:
    """What one server took; `nobody@` is refused for good, `later@` for now, and a letter about full disks."""

    def __init__(self, authority: Path) -> None:
        self.authority, self.port = authority, 0
        self.envelopes: list[Envelope] = []
        self.secured: list[bool] = []

    def settings(self, security: str = "starttls", **changes: object) -> Settings:
        usual = {"sender": "Incident Hub <hub@hub.example>", "host": "localhost", "port": self.port}
        login = {"user": "hub", "password": CANARY} if security == "starttls" else {}
        return Settings(**{**usual, **login, "security": security, "ca_file": str(self.authority), **changes})

    @property
    def mails(self) -> Sequence[EmailMessage]:
        return [message_from_bytes(one.content, policy=default) for one in self.envelopes]  # type: ignore[arg-type]

    def told(self) -> Sequence[str]:
        """As the conformance suite asks: everything heard, each mail as one text."""
        return [f"{mail.items()} {[part.get_content() for part in mail.iter_parts()]}" for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        if address.startswith("later@"):
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if b"disk is full" in (envelope.content or b""):
            return "452 4.3.1 so is mine"
        self.envelopes.append(envelope)
        self.secured.append(session.ssl is not None)
        return "250 taken"


def login(
    _server: object, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    right = data == LoginPassword(b"hub", CANARY.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def running(make: Callable[[], asyncio.Protocol], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server in a thread; its port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0, ssl=tls))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    issuer = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    issuer.cert_pem.write_to_path(str(path))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issuer.issue_cert("localhost").configure_cert(context)
    return path, context


@pytest.fixture
def mail_server(authority: tuple[Path, ssl.SSLContext]) -> Iterator[MailServer]:
    """STARTTLS, and a login is asked for."""
    path, tls = authority
    server = MailServer(path)
    make = partial(
        SMTP, server, hostname="relay.example", tls_context=tls, require_starttls=True,
        authenticator=login, auth_required=True,
    )  # fmt: skip
    with running(make) as server.port:
        yield server


@pytest.fixture
def tls_server(authority: tuple[Path, ssl.SSLContext]) -> Iterator[MailServer]:
    """TLS from the first byte."""
    path, tls = authority
    server = MailServer(path)
    with running(partial(SMTP, server, hostname="relay.example"), tls) as server.port:
        yield server


@pytest.fixture
def plain_server(authority: tuple[Path, ssl.SSLContext]) -> Iterator[MailServer]:
    """Neither TLS nor a login."""
    server = MailServer(authority[0])
    with running(partial(SMTP, server, hostname="relay.example")) as server.port:
        yield server


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Somebody who takes the connection and says nothing."""
    with running(asyncio.Protocol) as port:
        yield port
