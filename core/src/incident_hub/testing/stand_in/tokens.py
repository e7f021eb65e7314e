"""A token endpoint, as a proxy in front of a service has one: OAuth 2 client credentials."""

import base64
import binascii
import hmac
import secrets
from time import monotonic
from urllib.parse import parse_qs, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

__all__ = ["TokenEndpoint"]


class TokenEndpoint:
    """Gives tokens to one client; `revoke` makes those it gave invalid."""

    def __init__(self, client_id: str, client_secret: str, seconds: float = 3600) -> None:
        self._pair = f"{client_id}:{client_secret}"
        self._seconds = seconds
        self._ends: dict[str, float] = {}
        self.given = 0

    def revoke(self) -> None:
        """Forget every token."""
        self._ends.clear()

    def valid(self, token: str) -> bool:
        """Whether a token was given here and has not ended."""
        return self._ends.get(token, 0.0) > monotonic()

    async def answer(self, request: Request) -> Response:
        """`POST /oauth/token`."""
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if not hmac.compare_digest(
            _pair_of(request.headers.get("authorization", "")).encode(), self._pair.encode()
        ):
            return JSONResponse({"error": "invalid_client"}, 401, {"WWW-Authenticate": "Basic"})
        token = secrets.token_urlsafe(24)
        self._ends[token] = monotonic() + self._seconds
        self.given += 1
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": self._seconds})


def _pair_of(header: str) -> str:
    try:
        return unquote(base64.b64decode(header.removeprefix("Basic ")).decode())
    except (binascii.Error, ValueError):
        return ""
