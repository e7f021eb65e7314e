"""Proof that a request is Grafana's: hex HMAC-SHA256 over `[timestamp ":"] body`."""

import hmac
import re
from collections.abc import Callable

from incident_hub_hookspecs import Clock, SignatureError, WebhookRequest

from incident_hub_parser_grafana.settings import Settings

__all__ = ["signature_check"]

HEADER = "x-grafana-alerting-signature"
HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
UNIX_SECONDS = re.compile(r"[0-9]{1,12}")
TOLERANCE_SECONDS = 300


def signature_check(settings: Settings, clock: Clock) -> Callable[[WebhookRequest], None] | None:
    """The check that the configuration asks for; None when no secret is set."""
    if not settings.secret:
        return None
    secret, header = settings.secret.encode(), (settings.timestamp_header or "").lower()
    return lambda request: _verify(request, secret, header, clock)


def _verify(request: WebhookRequest, secret: bytes, timestamp_header: str, clock: Clock) -> None:
    given = request.headers.get(HEADER, "")
    if not HEX_SHA256.fullmatch(given):
        raise SignatureError(f"{HEADER} is missing or malformed")
    signed = request.body
    if timestamp_header:
        signed = _timestamp(request, timestamp_header, clock).encode() + b":" + signed
    expected = hmac.new(secret, signed, "sha256").hexdigest()
    if not hmac.compare_digest(expected, given.lower()):
        raise SignatureError("the signature does not fit the body")


def _timestamp(request: WebhookRequest, name: str, clock: Clock) -> str:
    """The signed time, refused when it is more than five minutes off: an old request sent again."""
    value = request.headers.get(name, "")
    if not UNIX_SECONDS.fullmatch(value):
        raise SignatureError(f"{name} is missing or malformed")
    if abs(clock.now().timestamp() - int(value)) > TOLERANCE_SECONDS:
        raise SignatureError(f"{name} is too far from now")
    return value
