"""Links incidents of one time window by scored, explained evidence."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import ConfigError, Correlator, PluginContext, hookimpl

from incident_hub_correlator_window.correlator import WindowCorrelator

__all__ = ["WindowPlugin", "plugin"]

DEFAULTS: Mapping[str, float] = {"window_seconds": 300.0, "min_score": 0.5}


class WindowPlugin:
    """Registers the correlator, configured by `window_seconds` and `min_score`."""

    @hookimpl
    def register_correlators(self, context: PluginContext[Any]) -> Sequence[Correlator]:
        """The window correlator."""
        for key in context.config:
            if key not in DEFAULTS:
                raise ConfigError("unknown key", key)
        window = _number(context.config, "window_seconds", 86400.0)
        return [WindowCorrelator(window, _number(context.config, "min_score", 1.0))]


def _number(config: Mapping[str, object], key: str, most: float) -> float:
    value = config.get(key, DEFAULTS[key])
    if (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 < value <= most
    ):
        return float(value)
    raise ConfigError(f"expected a number above 0, at most {most:g}", key)


plugin = WindowPlugin()
