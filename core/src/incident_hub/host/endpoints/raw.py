"""What is below: one request, sent once."""

from collections.abc import Mapping
from typing import Protocol

from incident_hub_hookspecs import HttpResponse, Tls

__all__ = ["RawHttp"]


class RawHttp(Protocol):
    """The guarded client, or what stands in for it in commands that send nothing."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = ...,
        body: bytes = ...,
        timeout: float = ...,
        allow_private: bool = ...,
        tls: Tls | None = ...,
    ) -> HttpResponse:
        """Send one request; raises `DeliveryError` when there is no answer."""
