"""Posting payloads to a hub, and counting what it answered."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx
import orjson

from incident_hub.cli.errors import CommandError

__all__ = ["Sender", "Tally", "unreachable"]

_TIMEOUT = 30.0
_HOP = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding"})


@dataclass(slots=True)
class Tally:
    """What was sent and what came back."""

    requests: int = 0
    alerts: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """Requests that the hub could not serve."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    def by_status(self) -> str:
        """As in `202: 40, 400: 2`."""
        return ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))


class Sender:
    """One client with kept connections. Raises `CommandError` when the hub cannot be reached."""

    def __init__(self, url: str) -> None:
        self.tally = Tally()
        self._url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(
        self, method: str, path: str, body: object, headers: Mapping[str, str], alerts: int = 1
    ) -> int:
        """Send one request; bytes go as they are, anything else as JSON. Returns the status."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"content-type": "application/json"}
        sent.update((name.lower(), v) for name, v in headers.items() if name.lower() not in _HOP)
        try:
            answer = await self._client.request(method, path, content=content, headers=sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unreachable(self._url, error) from None
        self.tally.requests += 1
        self.tally.alerts += alerts
        self.tally.statuses[answer.status_code] += 1
        return answer.status_code


def unreachable(url: str, error: Exception) -> CommandError:
    """What to tell when nobody answers."""
    why = str(error) or type(error).__name__
    return CommandError(f"no hub answers at {url}: {why}; start one with `incident-hub serve`")
