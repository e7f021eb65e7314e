"""Senders that never give up: each trouble fires a few times and, every third, is resolved."""

import asyncio
import random
from dataclasses import dataclass, field
from itertools import count

import httpx

__all__ = ["Driver", "Trouble"]

_REFUSED = 503
_TAKEN = 202


@dataclass(slots=True)
class Trouble:
    """What one sender knows: the answers it got, and whether it said that the trouble is over."""

    title: str
    acked: list[tuple[str, str]] = field(default_factory=list)  # alert id, incident id
    deliveries: set[str] = field(default_factory=set)  # sent with an id, so stored once
    resolved: bool = False


class Driver:
    """Senders side by side; what each of them was promised is in `troubles`."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.troubles: list[Trouble] = []
        self.sent = 0
        self.unexpected: list[str] = []
        self.answered = asyncio.Event()  # somebody was, since the start
        self._url = url
        self._chance = chance
        self._numbers = count()
        self._stopping = asyncio.Event()

    async def run(self, senders: int) -> None:
        """Send until told to stop; whatever was begun is ended."""
        async with httpx.AsyncClient(base_url=self._url, timeout=10) as client, asyncio.TaskGroup() as group:
            for _ in range(senders):
                group.create_task(self._sender(client))

    def stop(self) -> None:
        """Begin no further trouble."""
        self._stopping.set()

    async def _sender(self, client: httpx.AsyncClient) -> None:
        while not self._stopping.is_set():
            trouble = Trouble(f"trouble {next(self._numbers)}")
            self.troubles.append(trouble)
            for _ in range(self._chance.randint(1, 4)):
                await self._tell(client, trouble, "firing")
            if self._chance.random() < 1 / 3:
                await self._tell(client, trouble, "resolved")
                trouble.resolved = True

    async def _tell(self, client: httpx.AsyncClient, trouble: Trouble, status: str) -> None:
        """Repeat until it is acknowledged, half of the time under a delivery id."""
        number = next(self._numbers)
        body = {
            "title": trouble.title,
            "dedup_key": trouble.title,
            "status": status,
            "external_id": f"{number}",
        }
        headers: dict[str, str] = {}
        if self._chance.random() < 0.5:
            headers["idempotency-key"] = f"{number}"
            trouble.deliveries.add(f"{number}")
        while True:
            ack = await self._post(client, body, headers)
            await asyncio.sleep(self._chance.uniform(0.01, 0.1))
            if ack:
                trouble.acked.append(ack)
                return

    async def _post(
        self, client: httpx.AsyncClient, body: dict[str, str], headers: dict[str, str]
    ) -> tuple[str, str] | None:
        self.sent += 1
        try:
            answer = await client.post("/webhooks/generic", json=body, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code != _TAKEN:
            if answer.status_code != _REFUSED:
                self.unexpected.append(answer.text)
            return None
        self.answered.set()
        (alert,) = answer.json()["alerts"]
        return alert["alertId"], alert["incidentId"]
