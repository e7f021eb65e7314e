"""Links incidents of one time window by scored, explained evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import Correlator, PluginContext, hookimpl, setting

from incident_hub_correlator_window.correlator import WindowCorrelator

__all__ = ["Settings", "WindowPlugin", "plugin"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How near and how much alike two incidents must be."""

    window_seconds: float = setting("How far apart they may be.", default=300.0, most=86_400)
    min_score: float = setting("How much must speak for a link.", default=0.5, most=1)


class WindowPlugin:
    """Registers the correlator."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Window and score."""
        return Settings

    @hookimpl
    def register_correlators(self, context: PluginContext[Settings]) -> Sequence[Correlator]:
        """The window correlator."""
        return [WindowCorrelator(context.config.window_seconds, context.config.min_score)]


plugin = WindowPlugin()
