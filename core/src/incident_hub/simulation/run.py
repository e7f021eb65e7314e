"""One simulation from end to end: read, replay, compare. The real database is only read."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter

from incident_hub.domain.times import SECOND, to_datetime
from incident_hub.host.config import HubConfig
from incident_hub.host.status import REFUSED
from incident_hub.hub import Hub
from incident_hub.simulation.clock import ReplayClock
from incident_hub.simulation.comparing import Compared, compare
from incident_hub.simulation.outcome import errors, incidents, told
from incident_hub.simulation.pairing import Pairs
from incident_hub.simulation.replaying import Replaying
from incident_hub.simulation.report import Report, SilentPlugin
from incident_hub.simulation.stored import (
    Span,
    StoredAlert,
    alerts_in,
    count_alerts,
    rules_in_use,
    silences_of,
)
from incident_hub.simulation.throwaway import throwaway
from incident_hub.storage.database import Database

__all__ = ["Progress", "SimulationError", "simulate"]

Progress = Callable[[int, int], None]  # alerts done, alerts in all
_LATER = 60 * SECOND  # a notification goes out a little after what caused it


class SimulationError(Exception):
    """It cannot be simulated as asked; the message says why and what mends it."""


async def simulate(
    database: Database,
    config: HubConfig,
    span: Span,
    limit: int,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Replay the alerts of the span through the configuration, and compare with what `database` holds.

    Raises `SimulationError` for a span without alerts or with more than `limit`.
    """
    total = await _counted(database, span, limit)
    report = Report(span.since, span.until, total)
    clock = ReplayClock(span.since)
    async with throwaway(config, clock) as hub:
        replaying, pairs = Replaying(hub, clock), Pairs()
        await replaying.silence(await database.read(partial(silences_of, span=span)))
        await replaying.rule(await database.read(rules_in_use))
        done = 0
        async for batch in alerts_in(database, span):
            await _replay(batch, replaying, pairs, report)
            done += len(batch)
            progress(done, total)
        await replaying.work()
        await replaying.pass_until(span.until)
        await replaying.work()
        compare(report, await _sides(database, hub, pairs, span))
        report.plugins = await _silent(hub)
    return report


async def _counted(database: Database, span: Span, limit: int) -> int:
    if span.since >= span.until:
        raise SimulationError("there is no time between since and until: since must be the earlier one")
    total = await database.read(partial(count_alerts, span=span))
    between = f"between {_shown(span.since)} and {_shown(span.until)}"
    if not total:
        raise SimulationError(f"no alert is stored {between}")
    if total > limit:
        raise SimulationError(f"{total} alerts are stored {between}, {limit} is the limit: take less time")
    return total


async def _replay(batch: list[StoredAlert], replaying: Replaying, pairs: Pairs, report: Report) -> None:
    for at, alerts in _moments(batch):
        sound = [one for one in alerts if one.prepared is not None]
        report.unreadable += len(alerts) - len(sound)
        acks = await replaying.take([one.prepared for one in sound if one.prepared is not None], at)
        for one, ack in zip(sound, acks, strict=True):
            pairs.add(one.incident_id, ack.incident_id, one.id)


def _moments(batch: list[StoredAlert]) -> Iterator[tuple[int, list[StoredAlert]]]:
    """Those that were committed together bear one time."""
    for at, alerts in groupby(batch, key=attrgetter("received_at")):
        yield at, list(alerts)


async def _sides(database: Database, hub: Hub, pairs: Pairs, span: Span) -> Compared:
    stored = {key for key, _ in pairs.found if key is not None}
    replayed = {key for _, key in pairs.found if key is not None}
    before = await database.read(partial(incidents, ids=stored))
    after = await hub.database.read(partial(incidents, ids=replayed))
    roots = {key: _root(key, {one.id: one.merged_into for one in before.values()}) for key in before}
    since, until = span.since, span.until + _LATER
    return Compared(
        pairs.merged(roots),
        before,
        after,
        await database.read(partial(told, ids=sorted(before), since=since, until=until)),
        await hub.database.read(partial(told, ids=sorted(after), since=since, until=until)),
    )


def _root(key: str, merged: dict[str, str | None]) -> str:
    seen = {key}
    while (above := merged.get(key)) and above not in seen:
        seen.add(above)
        key = above
    return key


async def _silent(hub: Hub) -> list[SilentPlugin]:
    """Plugins that said nothing, or not all that they would have."""
    failed = await hub.database.read(errors)
    return [
        SilentPlugin(name, str(record.status), record.reason, failed.get(name, 0))
        for name, record in sorted(hub.registry.records.items())
        if failed.get(name) or not (record.serving or record.status in REFUSED)
    ]


def _shown(micros: int) -> str:
    return to_datetime(micros).isoformat(timespec="seconds")
