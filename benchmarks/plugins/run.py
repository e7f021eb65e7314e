"""What calling a plugin costs: `uv run python benchmarks/plugins/run.py [--rounds 7] [--plugins 1 5 20]`.

The floor is the same coroutine, awaited under a deadline (`asyncio.timeout`) and, where several are asked
together, in a task each. Beside it the dispatcher, in the hub's process and in processes of the plugins' own.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Call, Dispatcher
from incident_hub.host.handed import Handed
from incident_hub.host.isolation.supervisor import Supervisor
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry
from incident_hub.testing.site import Site
from incident_hub_hookspecs import CallContext, Incident, IncidentState, IncidentType, Severity

SOURCE = """
from incident_hub_hookspecs import Enrichment, hookimpl

class Owner:
    async def enrich(self, incidents, context):
        return [Enrichment("owned", {"owner": one.labels["service"]}) for one in incidents]

@hookimpl
def register_enrichers():
    return [Owner()]
"""
DEADLINE = 5.0
Once = Callable[[], Awaitable[object]]


def loaded(count: int, isolation: str) -> Registry:
    """So many plugins, and none else."""
    names = [f"p{number}" for number in range(count)]
    plugins = {name: {"isolation": isolation} for name in names}
    config = HubConfig(plugins=plugins, plugins_allow=tuple(names))
    return load_plugins(config, Handed.for_looking(HubClock()))


def incident(number: int) -> Incident:
    """One as triage hands it over."""
    now = datetime.now(UTC)
    return Incident(
        id=f"0190-{number}",
        title="aurora-ai answers 503",
        source="alertmanager",
        severity=Severity.P1,
        state=IncidentState.DETECTED,
        type=IncidentType.AVAILABILITY,
        fingerprint="f" * 32,
        created_at=now,
        first_seen=now,
        last_seen=now,
        resources=("gateway",),
        labels={
            "service": "gateway",
            "alertname": "LLMProviderErrors",
            "cluster": "eu-1",
            "severity": "critical",
        },
        description="The provider has answered 503 to more than 5 % of the calls for ten minutes.",
    )


def asks(registry: Registry, batch: Sequence[Incident]) -> list[Call]:
    """One call of each plugin."""
    return [
        Call(name, one.enrich, (batch, CallContext(registry.contexts[name], None, None)))  # type: ignore[arg-type]
        for name, one in registry.enrichers
    ]


def alone(call: Call) -> Once:
    """The floor of one call."""

    async def once() -> None:
        async with asyncio.timeout(DEADLINE):
            await call.fn(*call.args)

    return once


def together(calls: Sequence[Call]) -> Once:
    """The floor of several: a task each, each under its deadline."""

    async def once() -> None:
        await asyncio.gather(*(alone(call)() for call in calls))

    return once


def dispatched(registry: Registry, calls: Sequence[Call]) -> Once:
    """The same through the dispatcher; one call is not put into a task."""
    dispatcher = Dispatcher(registry)
    if len(calls) == 1:
        (call,) = calls
        return lambda: dispatcher.call(call.name, call.fn, *call.args, deadline=DEADLINE)
    return lambda: dispatcher.gather(calls, DEADLINE)


async def micros(once: Once, times: int) -> float:
    """Microseconds each time."""
    begun = time.perf_counter()
    for _ in range(times):
        await once()
    return (time.perf_counter() - begun) / times * 1e6


async def measured(rows: Sequence[tuple[str, Once, int]], rounds: int) -> dict[str, float]:
    """The median of each row, the rows taking turns."""
    seen: dict[str, list[float]] = {name: [] for name, _, _ in rows}
    for turn in range(rounds + 1):
        for name, once, times in rows:
            took = await micros(once, times)
            if turn:  # the first is to warm up
                seen[name].append(took)
    return {name: statistics.median(took) for name, took in seen.items()}


async def compare(count: int, batch: int, rounds: int) -> None:
    """Print one line."""
    given = tuple(incident(number) for number in range(batch))
    here, apart = loaded(count, "in_process"), loaded(count, "process")
    calls, far = asks(here, given), asks(apart, given)
    times = max(4000 // (count * (1 + batch // 10)), 20)
    rows = [
        ("floor", alone(calls[0]) if count == 1 else together(calls), times),
        ("dispatcher", dispatched(here, calls), times),
        ("process", dispatched(apart, far), max(times // 4, 10)),
    ]
    found = await measured(rows, rounds)
    floor, near, process = found["floor"], found["dispatcher"], found["process"]
    print(
        f"{count:>7} {batch:>9} {floor:>9.1f} {near:>12.1f} {near / floor:>7.2f}x"
        f" {process:>12.1f} {process / count:>12.1f}",
        flush=True,
    )
    await asyncio.gather(*(one.stop() for one in apart.isolated.values()))


async def renewal(rounds: int) -> None:
    """How long a plugin is away after its process was killed."""
    registry = loaded(1, "process")
    (call,), process = asks(registry, (incident(0),)), registry.isolated["p0"]
    assert isinstance(process, Supervisor)
    await call.fn(*call.args)
    took = []
    for _ in range(rounds):
        assert process.pid is not None
        begun = time.perf_counter()
        await _killed(process)
        await call.fn(*call.args)
        took.append(time.perf_counter() - begun)
        process._pauses._next = 0.0  # a benchmark kills more often than it forgives
    print(f"\nkilled, started again, answering: {statistics.median(took) * 1000:.0f} ms", flush=True)
    await process.stop()


async def _killed(process: Supervisor) -> None:
    before = process.pid
    assert process._child is not None
    process._child.process.kill()
    while process.pid == before:  # noqa: ASYNC110
        await asyncio.sleep(0.0005)


async def main() -> None:
    """All rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--plugins", type=int, nargs="+", default=[1, 5, 20])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        for number in range(max(given.plugins)):
            site.add(f"p{number}", SOURCE)
        with site.installed():
            print(f"python {sys.version.split()[0]}, uvloop; microseconds, medians of {given.rounds}\n")
            print("plugins incidents     floor   dispatcher   ratio    processes   each plugin")
            for count in given.plugins:
                for batch in (1, 100):
                    await compare(count, batch, given.rounds)
            await renewal(given.rounds)


if __name__ == "__main__":
    uvloop.run(main())
