"""The one way out for plugins: guarded addresses, a total deadline, a bounded answer, no redirects.

httpx reads the URL and sets up TLS; the request goes through httpcore's pool, which takes our network
backend in its constructor and knows no proxies, cookies or redirects. Nothing here retries: jobs do.
"""

import asyncio
import base64
import logging
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

import httpcore
import httpx
from incident_hub_hookspecs import DeliveryError, HttpResponse

from incident_hub.host.egress import EgressRefusedError, GuardedBackend, Resolve, resolve

__all__ = ["GuardedClient"]

ANSWER_LIMIT = 1024 * 1024
MAX_CONNECTIONS = 100
IDLE_SECONDS = 5.0
_NO_HEADERS: Mapping[str, str] = {}
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})


class GuardedClient:
    """The contract's `HttpClient`. One for the whole hub; close it with `aclose()`.

    Connections that `allow_private` opened live in a pool of their own, so that no other request
    ever travels on them.
    """

    def __init__(self, resolve: Resolve = resolve, *, answer_limit: int = ANSWER_LIMIT) -> None:
        for name in ("httpx", "httpcore"):  # they log URLs, and a webhook's URL is a secret
            logging.getLogger(name).setLevel(logging.WARNING)
        tls = httpx.create_ssl_context(trust_env=False)
        self._limit = answer_limit
        self._pools = {
            private: httpcore.AsyncConnectionPool(
                ssl_context=tls,
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=GuardedBackend(resolve, private=private),
            )
            for private in (False, True)
        }

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
        timeout: float = 10.0,
        allow_private: bool = False,
    ) -> HttpResponse:
        """Send one request and read the whole answer, whatever its status, within `timeout` seconds.

        Raises `DeliveryError`, which names the host only: path and query may be secret.
        """
        target = _target(url)
        request = _request(method, target, headers, body)
        try:
            async with asyncio.timeout(timeout):
                return await self._send(request, self._pools[allow_private])
        except TimeoutError:
            raise DeliveryError(f"{target.host}: no answer within {timeout:g} s") from None
        except EgressRefusedError as error:
            raise DeliveryError(f"{target.host}: {error}", retry=False) from None
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
            raise DeliveryError(f"{target.host}: the request cannot be sent as it is", retry=False) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise DeliveryError(f"{target.host}: {_words(error)}") from None

    async def _send(self, request: httpcore.Request, pool: httpcore.AsyncConnectionPool) -> HttpResponse:
        response = await pool.handle_async_request(request)
        try:
            chunks = bytearray()
            async for chunk in response.aiter_stream():
                chunks += chunk
                if len(chunks) > self._limit:
                    host = request.url.host.decode("ascii")
                    raise DeliveryError(f"{host}: the answer is larger than {self._limit} bytes", retry=False)
        finally:
            await response.aclose()
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
        }
        return HttpResponse(response.status, headers, bytes(chunks))

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise DeliveryError("the target is not a URL", retry=False) from None
    if target.scheme not in ("http", "https") or not target.host:
        raise DeliveryError("the target is not an http or https URL with a host", retry=False)
    return target


def _request(method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> httpcore.Request:
    sent = [("Host", url.netloc.decode("ascii")), ("Accept-Encoding", "identity")]
    sent += [(name, value) for name, value in headers.items() if name.lower() not in _OURS]
    if url.userinfo and not any(name.lower() == "authorization" for name in headers):
        secret = base64.b64encode(unquote_to_bytes(url.userinfo)).decode("ascii")
        sent.append(("Authorization", f"Basic {secret}"))
    if body or method.upper() in ("POST", "PUT", "PATCH"):
        sent.append(("Content-Length", str(len(body))))
    address = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    try:
        return httpcore.Request(
            method.upper(), address, headers=[(n.encode("ascii"), v.encode()) for n, v in sent], content=body
        )
    except (UnicodeError, TypeError):
        raise DeliveryError(f"{url.host}: a header or the method is not text", retry=False) from None


def _words(error: Exception) -> str:
    """The kind of error in words, without its text, which may quote what was sent."""
    name = type(error).__name__
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
