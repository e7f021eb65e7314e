"""One load and what came of it; wrk sends it where it is installed, else a client of our own."""

import asyncio
from dataclasses import dataclass

from work import Form

__all__ = ["Load", "Outcome", "generator", "send"]


@dataclass(frozen=True, slots=True)
class Load:
    """So many clients, each of which sends its next request when the last one is answered."""

    form: Form
    clients: int
    seconds: int
    batch: int = 1
    duplicates: float = 0.5

    @property
    def listed(self) -> bool:
        """Whether the body is an array."""
        return self.form.listed or self.batch > 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """The alerts acknowledged, the seconds that took, latencies in milliseconds, the server's CPU seconds."""

    alerts: int
    seconds: float
    failed: int
    p50: float
    p95: float
    p99: float
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Acknowledged alerts a second."""
        return self.alerts / self.seconds if self.seconds else 0.0


def generator() -> str:
    """The name of the load generator of this run."""
    import wrk

    return "wrk" if wrk.installed() else "asyncio client"


def send(url: str, load: Load) -> Outcome:
    """Run the load against the server at `url`."""
    import client
    import wrk

    return wrk.send(url, load) if wrk.installed() else asyncio.run(client.send(url, load))
