"""The message as Standard Webhooks has it: a JSON body, and headers that prove who sent it."""

import binascii
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from incident_hub_hookspecs import DeliveryError, Incident, Notification

__all__ = ["body_of", "headers_of", "signature"]

INCIDENT_FIELDS = tuple(part.name for part in fields(Incident))


def body_of(notification: Notification, now: datetime) -> bytes:
    """`{"type", "timestamp", "data": {"incident", "text"}}`; of several, `others` holds all but the worst."""
    data: dict[str, object] = {"incident": incident_data(notification.incident), "text": notification.text}
    if notification.others:
        data["others"] = [incident_data(one) for one in notification.others]
    told = {"type": notification.event, "timestamp": now.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":")).encode()


def incident_data(incident: Incident) -> dict[str, object]:
    """The incident's fields as JSON values."""
    data: dict[str, object] = {name: _plain(getattr(incident, name)) for name in INCIDENT_FIELDS}
    data["llm"] = {part.name: getattr(incident.llm, part.name) for part in fields(incident.llm)}
    return data


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def headers_of(notification: Notification, body: bytes, now: datetime) -> dict[str, str]:
    """The same id each time this notification is sent again, and a fresh signature."""
    headers = {
        "content-type": "application/json",
        "idempotency-key": notification.key,
        "webhook-id": notification.key,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    secret = notification.target.get("secret")
    if secret is not None:
        signed = f"{notification.key}.{headers['webhook-timestamp']}.".encode() + body
        headers["webhook-signature"] = signature(secret, signed)
    return headers


def signature(secret: object, signed: bytes) -> str:
    """`v1,<base64 HMAC-SHA256>`; the secret is `whsec_` and base64. A broken one never sends unsigned."""
    if not isinstance(secret, str) or not secret.startswith("whsec_"):
        raise DeliveryError("the target's secret is not whsec_ and base64", retry=False)
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise DeliveryError("the target's secret is not whsec_ and base64", retry=False)
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
