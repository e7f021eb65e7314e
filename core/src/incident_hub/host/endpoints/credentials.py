"""Who we are to a service, as headers; tokens are fetched, kept until shortly before they end, and renewed."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from urllib.parse import quote, urlencode

from incident_hub_hookspecs import (
    ApiKey,
    Basic,
    Bearer,
    Clock,
    DeliveryCode,
    DeliveryError,
    Endpoint,
    OAuth2,
    Signed,
)
from incident_hub_hookspecs.outgoing import answer_error, host_of

from incident_hub.host.endpoints.raw import RawHttp

__all__ = ["Identity"]

RENEWED_BEFORE_SECONDS = 30.0
ASSUMED_SECONDS = 300.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Identity:
    """The headers that one endpoint's credentials stand for."""

    def __init__(self, endpoint: Endpoint, raw: RawHttp, clock: Clock) -> None:
        self._endpoint, self._raw, self._clock = endpoint, raw, clock
        self._token, self._ends = "", 0.0
        self._fetching = asyncio.Lock()
        self.renews = any(isinstance(one, OAuth2) for one in endpoint.credentials)

    def forget(self) -> None:
        """The service did not take the token: the next call fetches another."""
        self._ends = 0.0

    async def headers(self, method: str, path: str, body: bytes, timeout: float) -> dict[str, str]:
        """What to send along with one try; raises `DeliveryError` when no token can be had."""
        found: dict[str, str] = {}
        for one in self._endpoint.credentials:
            match one:
                case ApiKey(key, header):
                    found[header] = key
                case Bearer(token):
                    found["Authorization"] = f"Bearer {token}"
                case Basic(user, password):
                    found["Authorization"] = _basic(user, password)
                case OAuth2():
                    found["Authorization"] = f"Bearer {await self._fresh(one, timeout)}"
                case Signed():
                    found |= signature_headers(one, method, path, body, self._clock.now())
        return found

    async def _fresh(self, how: OAuth2, timeout: float) -> str:
        async with self._fetching:  # those who come together wait for one token
            if monotonic() >= self._ends:
                self._token, seconds = await self._fetch(how, timeout)
                self._ends = monotonic() + max(seconds - RENEWED_BEFORE_SECONDS, seconds / 2)
            return self._token

    async def _fetch(self, how: OAuth2, timeout: float) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"} | ({"scope": how.scope} if how.scope else {})
        basic = _basic(quote(how.client_id, safe=""), quote(how.client_secret, safe=""))
        answer = await self._raw.request(
            "POST",
            how.token_url,
            headers={**FORM, "Authorization": basic},
            body=urlencode(form).encode(),
            timeout=timeout,
            allow_private=self._endpoint.allow_private,
            tls=self._endpoint.tls,
        )
        if answer.status >= 500:
            raise answer_error(answer, host_of(how.token_url), self._clock.now())
        if answer.status != 200:
            raise _no_token(how, f"answered {answer.status} to our request for a token")
        return _token(how, answer.body)


def _token(how: OAuth2, body: bytes) -> tuple[str, float]:
    try:
        told = json.loads(body)
        token, seconds = told["access_token"], float(told.get("expires_in", ASSUMED_SECONDS))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise _no_token(how, "sent no token that can be read") from None
    if not isinstance(token, str) or not token or not seconds > 0:
        raise _no_token(how, "sent no token that can be used")
    return token, seconds


def _no_token(how: OAuth2, text: str) -> DeliveryError:
    code = DeliveryCode.AUTHENTICATION_ERROR
    return DeliveryError(f"{host_of(how.token_url)} {text}", retry=False, code=code)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def signature_headers(how: Signed, method: str, path: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The headers of one signed try."""
    known = {
        "id": how.id,
        "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "unix": str(int(now.timestamp())),
        "nonce": secrets.token_hex(16),
        "method": method,
        "path": path,
        "body": hashlib.sha256(body).hexdigest(),
    }
    signed = _filled(how.text, known).encode()
    known["signature"] = hmac.digest(how.secret.encode(), signed, "sha256").hex()
    return {name: _filled(value, known) for name, value in how.headers}


def _filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text
