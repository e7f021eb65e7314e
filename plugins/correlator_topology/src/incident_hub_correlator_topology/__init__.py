"""Links incidents along the dependencies of their services."""

from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import SERVICE_LABELS, Correlator, PluginContext, hookimpl, setting

from incident_hub_correlator_topology.correlator import TopologyCorrelator

__all__ = ["Settings", "TopologyPlugin", "plugin"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How near two incidents must be, and where they name their service."""

    window_seconds: float = setting("How far apart they may be.", default=300.0, most=86_400)
    labels: tuple[str, ...] = setting(
        "Labels that name a service, the most telling first.",
        default=SERVICE_LABELS,
        most=50,
    )


class TopologyPlugin:
    """Registers the correlator."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Window and labels."""
        return Settings

    @hookimpl
    def register_correlators(self, context: PluginContext[Settings]) -> Sequence[Correlator]:
        """The topology correlator."""
        return [TopologyCorrelator(context.config.window_seconds, context.config.labels)]


plugin = TopologyPlugin()
