"""Who may ask Shield, and how fast."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from incident_hub.testing.stand_in.tokens import TokenEndpoint

__all__ = ["Access", "ShieldError", "refused"]

LIVES_SECONDS, SKEW_SECONDS = 300, 30
WINDOW_SECONDS = 60.0


class ShieldError(Exception):
    """A refusal; `flat` is the envelope of the middlewares, which is not that of the handlers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        flat: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.flat, self.headers = status, code, flat, headers or {}


def refused(error: ShieldError) -> Response:
    """The error in its envelope."""
    inner = {"code": error.code, "message": str(error)}
    body = {"error": error.flat, **inner} if error.flat else {"success": False, "error": inner}
    return JSONResponse(body, error.status, dict(error.headers))


class Access:
    """The checks of one stand-in."""

    def __init__(
        self, api_key: str, gateway_secret: str, a_minute: int, at_once: int, tokens: TokenEndpoint | None
    ) -> None:
        self._key, self._secret, self._tokens = api_key, gateway_secret, tokens
        self._a_minute, self._at_once = a_minute, at_once
        self._window, self._used, self._running = monotonic(), 0, 0

    def check_context(self, request: Request) -> None:
        """No scan without an execution that it belongs to."""
        if not all(request.headers.get(name, "").strip() for name in ("x-execution-id", "x-parent-span-id")):
            text = "x-execution-id and x-parent-span-id headers are required for all scan operations."
            raise ShieldError(400, "EXECUTION_CONTEXT_REQUIRED", text, flat="Missing Execution Context")

    def check_caller(self, request: Request) -> None:
        """The gateway's signature, then the key or the token."""
        if self._secret:
            self._check_signature(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        known = self._tokens.valid(token) if self._tokens else not self._key or _same(token, self._key)
        if not known or ((self._key or self._tokens) and scheme.lower() != "bearer"):
            raise ShieldError(401, "UNAUTHORIZED", "a valid bearer key is required")

    def _check_signature(self, request: Request) -> None:
        caller, issued, signature = (
            request.headers.get(f"x-caller-{name}", "") for name in ("id", "issued-at", "signature")
        )
        if not (caller and issued and signature):
            text = "a valid caller token is required"
            raise ShieldError(401, "CALLER_TOKEN_REQUIRED", text, flat="Missing Caller Token")
        wanted = hmac.digest(self._secret.encode(), f"{caller}|{issued}".encode(), "sha256").hex()
        if not _same(signature, wanted):
            raise _invalid("INVALID_CALLER_TOKEN", "Signature mismatch")
        try:
            age = (datetime.now(UTC) - datetime.fromisoformat(issued)).total_seconds()
        except (ValueError, TypeError):
            raise _invalid("INVALID_CALLER_TOKEN", "Invalid issued_at timestamp format") from None
        if age > LIVES_SECONDS:
            raise _invalid("EXPIRED_CALLER_TOKEN", f"Token expired (age: {age:.0f}s)")
        if age < -SKEW_SECONDS:
            raise _invalid("INVALID_CALLER_TOKEN", "Token issued_at is in the future")

    def use_up(self, requests: int) -> None:
        """Count requests that did not come."""
        self._used += requests

    @contextmanager
    def pace(self) -> Iterator[dict[str, str]]:
        """Count one request; yields the headers that tell what is left."""
        if monotonic() - self._window >= WINDOW_SECONDS:
            self._window, self._used = monotonic(), 0
        rest = max(1, round(WINDOW_SECONDS - (monotonic() - self._window)))
        headers = {"X-RateLimit-Limit": str(self._a_minute), "X-RateLimit-Reset": str(rest)}
        if self._used >= self._a_minute or self._running >= self._at_once:
            wait = rest if self._used >= self._a_minute else 1
            more = {**headers, "X-RateLimit-Remaining": "0", "Retry-After": str(wait)}
            raise ShieldError(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded", headers=more)
        self._used += 1
        self._running += 1
        try:
            yield {**headers, "X-RateLimit-Remaining": str(self._a_minute - self._used)}
        finally:
            self._running -= 1


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _invalid(code: str, text: str) -> ShieldError:
    return ShieldError(401, code, text, flat="Invalid Caller Token")
