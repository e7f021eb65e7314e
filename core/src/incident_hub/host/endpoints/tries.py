"""When to try again, and after how long."""

import random

from incident_hub_hookspecs import DeliveryError, Endpoint, HttpResponse

__all__ = ["failed", "pause", "repeatable", "worth_repeating"]

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
PASSING = frozenset({408, 425, 429})


def repeatable(method: str, idempotency_key: str) -> bool:
    """Whether sending it twice does no more than sending it once."""
    return bool(idempotency_key) or method.upper() in IDEMPOTENT


def worth_repeating(result: HttpResponse | DeliveryError) -> bool:
    """Whether another try may end better."""
    if isinstance(result, DeliveryError):
        return result.retry
    return result.status in PASSING or result.status >= 500


def failed(result: HttpResponse | DeliveryError) -> bool:
    """Whether the service did badly: one that says no, or asks for a slower pace, works."""
    if isinstance(result, DeliveryError):
        return result.retry
    return result.status == 408 or result.status >= 500


def pause(endpoint: Endpoint, tried: int, asked: float | None) -> float:
    """Full jitter under a doubling bound; never shorter than the service asked for."""
    bound = min(endpoint.backoff_most_seconds, endpoint.backoff_seconds * 2.0 ** (tried - 1))
    return max(random.uniform(0, bound), asked or 0.0)
