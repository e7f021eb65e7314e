"""The types of the fixtures, for tests that are type-checked."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from incident_hub.testing.clock import StandingClock
from incident_hub.testing.hubs import Hubs
from incident_hub.testing.running import RunningHub
from incident_hub.testing.subscription import GraphQLFailedError, Subscription

__all__ = [
    "Gql",
    "GqlSubscribe",
    "GraphQLFailedError",
    "Hubs",
    "PostWebhook",
    "RunningHub",
    "Settings",
    "Settled",
    "StandingClock",
]

Gql = Callable[..., Awaitable[dict[str, Any]]]
GqlSubscribe = Callable[..., Subscription]
PostWebhook = Callable[..., Awaitable[httpx.Response]]
Settings = Callable[..., Any]
Settled = Callable[..., Awaitable[None]]
