"""The outside, written down: an `HttpClient` that answers as scripted and remembers what it was asked."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from incident_hub_hookspecs.context import HttpResponse
from incident_hub_hookspecs.endpoint import Endpoint, Tls
from incident_hub_hookspecs.errors import DeliveryCode, DeliveryError
from incident_hub_hookspecs.outgoing import host_of

__all__ = ["Answer", "RecordingHttp", "Reply", "Sent"]

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left the plugin; `headers` has lower-case names."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: float
    allow_private: bool

    def json(self) -> object:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """All of it as one text, to look for something in it."""
        lines = [f"{self.method} {self.url}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\n".join([*lines, "", self.body.decode("utf-8", "replace")])


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back. `body` is bytes, text, or anything that JSON can hold.

    `delay` is in seconds; one beyond the request's timeout is no answer. `endless` is a body that does not
    stop: the hub's client gives up at its limit, and so does this one.
    """

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    delay: float = 0.0
    endless: bool = False


Reply = Answer | DeliveryError | Callable[[Sent], Answer]


class RecordingHttp:
    """Answers by a script, one reply a request; the last one stays. Without a script it reaches nobody."""

    def __init__(self, *script: Reply) -> None:
        self.sent: list[Sent] = []
        self._script: list[Reply] = list(script)
        self._stalled = False

    def will(self, *script: Reply) -> None:
        """Answer like this from now on."""
        self._script, self._stalled = list(script), False

    def stall(self) -> None:
        """Answer nothing, whatever the timeout."""
        self._stalled = True

    def resume(self) -> None:
        """Answer by the script again."""
        self._stalled = False

    def told(self) -> Sequence[str]:
        """What the outside has heard so far, each request as one text."""
        return [one.text for one in self.sent]

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
        timeout: float = 10.0,
        allow_private: bool = False,
        tls: Tls | None = None,  # noqa: ARG002 - what is written down is above it
    ) -> HttpResponse:
        """Write the request down and reply; the hub's client raises the same errors in the same cases."""
        host = host_of(url)
        lower = {name.lower(): value for name, value in headers.items()}
        sent = Sent(method.upper(), url, lower, body, timeout, allow_private)
        self.sent.append(sent)
        if self._stalled:
            await asyncio.Event().wait()
        return await _replied(self._next(sent, host), sent, host)

    async def call(
        self,
        endpoint: Endpoint,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
        timeout: float = 10.0,
        idempotency_key: str = "",
        tokens: int = 0,  # noqa: ARG002 - here is no rate
    ) -> HttpResponse:
        """Send it once: credentials, rates, repeats and the circuit are the hub's, and are not here."""
        key = {"idempotency-key": idempotency_key} if idempotency_key else {}
        return await self.request(
            method,
            endpoint.url.rstrip("/") + path,
            headers={**headers, **key},
            body=body,
            timeout=timeout,
            allow_private=endpoint.allow_private,
        )

    async def aclose(self) -> None:
        """There is nothing to close."""

    def _next(self, sent: Sent, host: str) -> Answer:
        if not self._script:
            raise DeliveryError(
                f"no reply is scripted for {sent.method} to {host}; say one with `will(Answer(...))`",
                retry=False,
            )
        reply = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Answer) else reply(sent)


async def _replied(answer: Answer, sent: Sent, host: str) -> HttpResponse:
    await asyncio.sleep(min(answer.delay, sent.timeout))
    if answer.delay > sent.timeout:
        raise DeliveryError(f"{host}: no answer within {sent.timeout:g} s", code=DeliveryCode.TIMEOUT)
    if answer.endless:
        raise DeliveryError(
            f"{host}: the answer is larger than the client reads",
            retry=False,
            code=DeliveryCode.INVALID_RESPONSE,
        )
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return HttpResponse(answer.status, headers, _bytes(answer.body))


def _bytes(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()
