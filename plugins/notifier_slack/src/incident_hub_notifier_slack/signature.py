"""Whether a request comes from Slack: its signature `v0`, which is good for five minutes."""

import hmac
from datetime import datetime

from incident_hub_hookspecs import RouteRequest, SignatureError

__all__ = ["WINDOW_SECONDS", "verify"]

WINDOW_SECONDS = 300


def verify(request: RouteRequest, secret: str, now: datetime) -> str:
    """The signature, which no other request has; `SignatureError` when it is not right."""
    if not secret:
        raise SignatureError("plugins.notifier_slack has no signing_secret, so no click is believed")
    stamp = request.header("x-slack-request-timestamp")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 13):
        raise SignatureError("X-Slack-Request-Timestamp is missing or no number")
    if abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise SignatureError("X-Slack-Request-Timestamp is more than five minutes off")
    signed = b"v0:" + stamp.encode() + b":" + request.body
    expected = "v0=" + hmac.digest(secret.encode(), signed, "sha256").hex()
    given = request.header("x-slack-signature")
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise SignatureError("X-Slack-Signature is not the one of this body")
    return expected
