"""What came of the storm, asked of the hub itself."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from incident_hub.cli.demo.receiver import Receiver
from incident_hub.cli.errors import CommandError
from incident_hub.cli.sending import Tally
from incident_hub.cli.throwaway import RunningHub
from incident_hub.events.audit import AuditReport, verify
from incident_hub.work.queue import backlog

__all__ = ["Summary", "settle", "summarise"]

_QUIET = 0.1
_PATIENCE = 20.0
_DOCUMENT = """{
  incidentStats { total active alerts noiseReduction }
  groups(first: 100) { edges { node { size } } }
}"""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures that the demo ends with."""

    tally: Tally
    stats: dict[str, Any]
    groups: list[int]
    notifications: int
    audit: AuditReport

    def lines(self) -> list[tuple[str, str]]:
        """Each figure's name and value."""
        stats, trail = self.stats, self.audit
        grouped = f"{len(self.groups)}, holding {sum(self.groups)} incidents" if self.groups else "0"
        told = f"{trail.events} events sound" if trail.ok else f"BROKEN at event {trail.first_bad}"
        return [
            (
                "alerts sent",
                f"{self.tally.alerts} in {self.tally.requests} requests ({self.tally.by_status()})",
            ),
            ("alerts stored", f"{stats['alerts']}; a delivery that came twice counts once"),
            ("incidents", f"{stats['total']}, {stats['active']} still active"),
            ("groups", grouped),
            (
                "noise reduction",
                f"{100 * stats['noiseReduction']:.1f} % of alerts made no incident of their own",
            ),
            ("notifications", f"{self.notifications} delivered"),
            ("audit trail", told),
        ]


async def settle(running: RunningHub) -> None:
    """Wait until no job waits and every event is sealed, or until patience ends."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _PATIENCE
    database = running.hub.database
    while loop.time() < until:
        waiting = [row for row in await database.read(backlog) if row["state"] != "dead"]
        if not waiting and not (await database.read(verify)).unsealed:
            return
        await asyncio.sleep(_QUIET)


async def summarise(running: RunningHub, tally: Tally, receiver: Receiver) -> Summary:
    """Ask over GraphQL what came of it, and verify the audit trail."""
    async with httpx.AsyncClient(base_url=running.url, trust_env=False, timeout=30) as client:
        answer = (await client.post("/graphql", json={"query": _DOCUMENT})).json()
    if "errors" in answer:
        raise CommandError(f"the hub refused the demo's question: {answer['errors'][0]['message']}")
    data = answer["data"]
    return Summary(
        tally,
        data["incidentStats"],
        [edge["node"]["size"] for edge in data["groups"]["edges"]],
        len(receiver.keys),
        await running.hub.database.read(verify),
    )
