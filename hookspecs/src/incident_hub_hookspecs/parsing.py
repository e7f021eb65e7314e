"""Webhook parsers: what a sender posts to `/webhooks/{slug}` becomes alerts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from incident_hub_hookspecs.records import Alert

__all__ = ["Delivery", "RejectedItem", "WebhookParser", "WebhookRequest"]


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One request. `headers` has lower-case names, `body` is what was sent, byte for byte.

    `json` decodes the body: it raises `PayloadError` for anything that is not sound JSON (broken
    UTF-8, NaN, too deep, NUL characters), so a parser never sees such data.
    """

    slug: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    json: Callable[[], object]


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """One item of a batch that could not be understood; its neighbours still go in."""

    index: int
    code: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a request held. `delivery_id`, when the sender gives one, makes a repeat a no-op."""

    alerts: Sequence[Alert]
    rejected: Sequence[RejectedItem] = ()
    delivery_id: str = ""


@dataclass(frozen=True, slots=True)
class WebhookParser:
    """Understands one sender's payload.

    `parse` turns the request into alerts, or raises `PayloadError` when nothing in it can be used.
    `verify`, when given, runs first over the raw bytes and raises `SignatureError`.
    """

    slug: str
    parse: Callable[[WebhookRequest], Delivery]
    verify: Callable[[WebhookRequest], None] | None = None
