"""Proof that a request is Grafana's: hex HMAC-SHA256 over `[timestamp ":"] body`."""

import hmac
import re
from collections.abc import Callable, Mapping

from incident_hub_hookspecs import Clock, ConfigError, SignatureError, WebhookRequest

__all__ = ["signature_check"]

HEADER = "x-grafana-alerting-signature"
HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
UNIX_SECONDS = re.compile(r"[0-9]{1,12}")
TOLERANCE_SECONDS = 300
KEYS = frozenset({"secret", "timestamp_header"})


def signature_check(config: Mapping[str, object], clock: Clock) -> Callable[[WebhookRequest], None] | None:
    """The check that the configuration asks for; None when no secret is set."""
    for key in config:
        if key not in KEYS:
            raise ConfigError("unknown key", key)
    secret = _setting(config, "secret")
    timestamp_header = _setting(config, "timestamp_header").lower()
    if not secret:
        if timestamp_header:
            raise ConfigError("needs a secret", "timestamp_header")
        return None
    return lambda request: _verify(request, secret.encode(), timestamp_header, clock)


def _setting(config: Mapping[str, object], key: str) -> str:
    value = config.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not value:
        raise ConfigError("expected a string with something in it", key)
    return value


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
