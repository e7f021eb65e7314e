"""A hub for one replay: its database in a temporary folder, no way out, nobody at its doors."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from incident_hub.host.config import HubConfig
from incident_hub.host.handed import NoWayOut
from incident_hub.hub import Hub
from incident_hub.simulation.clock import ReplayClock
from incident_hub.simulation.quiet import silence

__all__ = ["throwaway"]

_AT_ONCE = 0.001  # answers are kept for seconds of real time, in which days of replayed time pass


@asynccontextmanager
async def throwaway(config: HubConfig, clock: ReplayClock) -> AsyncIterator[Hub]:
    """A hub with this configuration that is never started; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="incident-hub-simulation-") as folder:
        hub = await Hub.create(
            _alone(config, Path(folder)), workers=False, clock=clock, http=NoWayOut(), trim=silence
        )
        try:
            yield hub
        finally:
            await hub.stop()


def _alone(config: HubConfig, folder: Path) -> HubConfig:
    enrichment = replace(config.triage.enrichment, cache_seconds=_AT_ONCE)
    return replace(
        config,
        database_url=f"sqlite:///{folder / 'simulation.db'}?throwaway=1",
        data_dir=folder,
        triage=replace(config.triage, enrichment=enrichment),
        directories=replace(config.directories, cache_seconds=_AT_ONCE),
        strict_plugins=False,  # the report says which do not serve
    )
