"""The one way out for plugins: guarded addresses, a total deadline, a bounded answer, no redirects.

httpx reads the URL and sets up TLS; the request goes through httpcore's pool, which takes our network
backend in its constructor and knows no proxies, cookies or redirects. Nothing here retries: `endpoints` and jobs do.
"""

import asyncio
import base64
import logging
import ssl
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

import httpcore
import httpx
from incident_hub_hookspecs import DeliveryCode, DeliveryError, HttpResponse, Tls

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
    ever travels on them; so do those with a certificate or an authority of their own.
    """

    def __init__(self, resolve: Resolve = resolve, *, answer_limit: int = ANSWER_LIMIT) -> None:
        for name in ("httpx", "httpcore"):  # they log URLs, and a webhook's URL is a secret
            logging.getLogger(name).setLevel(logging.WARNING)
        self._limit = answer_limit
        self._resolve = resolve
        self._pools: dict[tuple[bool, Tls | None], httpcore.AsyncConnectionPool] = {}

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
        timeout: float = 10.0,
        allow_private: bool = False,
        tls: Tls | None = None,
    ) -> HttpResponse:
        """Send one request and read the whole answer, whatever its status, within `timeout` seconds.

        Raises `DeliveryError`, which names the host only: path and query may be secret.
        """
        target = _target(url)
        request = _request(method, target, headers, body)
        pool = self._pool(allow_private, tls)
        try:
            async with asyncio.timeout(timeout):
                return await self._send(request, pool)
        except TimeoutError:
            raise _error(target, f"no answer within {timeout:g} s", DeliveryCode.TIMEOUT) from None
        except EgressRefusedError as error:
            raise _error(target, str(error), DeliveryCode.ADDRESS_REFUSED, retry=False) from None
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
            raise _unsendable(f"{target.host}: the request cannot be sent as it is") from None
        except httpcore.TimeoutException as error:
            raise _error(target, _words(error), DeliveryCode.TIMEOUT) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _error(target, _words(error), DeliveryCode.NETWORK_ERROR) from None

    def _pool(self, private: bool, tls: Tls | None) -> httpcore.AsyncConnectionPool:
        pool = self._pools.get((private, tls))
        if pool is None:
            pool = self._pools[private, tls] = httpcore.AsyncConnectionPool(
                ssl_context=_trust(tls),
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=GuardedBackend(self._resolve, private=private),
            )
        return pool

    async def _send(self, request: httpcore.Request, pool: httpcore.AsyncConnectionPool) -> HttpResponse:
        response = await pool.handle_async_request(request)
        try:
            chunks = bytearray()
            async for chunk in response.aiter_stream():
                chunks += chunk
                if len(chunks) > self._limit:
                    host = request.url.host.decode("ascii")
                    text = f"{host}: the answer is larger than {self._limit} bytes"
                    raise DeliveryError(text, retry=False, code=DeliveryCode.INVALID_RESPONSE)
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


def _trust(tls: Tls | None) -> ssl.SSLContext:
    """The public authorities, or the given one beside them, and our own certificate if there is one."""
    context = httpx.create_ssl_context(trust_env=False)
    try:
        if tls and tls.authority:
            context.load_verify_locations(tls.authority)
        if tls and tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:  # ssl.SSLError is one too
        text = f"its TLS files cannot be used: {type(error).__name__}: {error.strerror or error}"
        raise DeliveryError(text, retry=False, code=DeliveryCode.AUTHENTICATION_ERROR) from None
    return context


def _unsendable(text: str) -> DeliveryError:
    return DeliveryError(text, retry=False, code=DeliveryCode.INVALID_REQUEST)


def _error(target: httpx.URL, text: str, code: DeliveryCode, *, retry: bool = True) -> DeliveryError:
    return DeliveryError(f"{target.host}: {text}", retry=retry, code=code)


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise DeliveryError(
            "the target is not a URL", retry=False, code=DeliveryCode.INVALID_REQUEST
        ) from None
    if target.scheme not in ("http", "https") or not target.host:
        raise DeliveryError(
            "the target is not an http or https URL with a host",
            retry=False,
            code=DeliveryCode.INVALID_REQUEST,
        )
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
        raise DeliveryError(
            f"{url.host}: a header or the method is not text", retry=False, code=DeliveryCode.INVALID_REQUEST
        ) from None


def _words(error: Exception) -> str:
    """The kind of error in words, without its text, which may quote what was sent."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    name = type(error).__name__
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
