"""The script of the storm: the same for the same seed, about as many alerts as asked for."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from incident_hub.cli.demo import scenes_llm, scenes_system
from incident_hub.cli.demo.shots import Stage
from incident_hub.cli.pace import Request

__all__ = ["DEFAULT_ALERTS", "build_storm"]

DEFAULT_ALERTS = 820
_SCENES: tuple[Callable[[Stage], list[Request]], ...] = (
    scenes_llm.provider_outage,
    scenes_llm.slow_answers,
    scenes_llm.hallucination_drift,
    scenes_llm.prompt_injection,
    scenes_llm.cost_runaway,
    scenes_system.flapping_index,
    scenes_system.hot_nodes,
    scenes_system.repeated_deliveries,
    scenes_system.background,
)


def build_storm(
    start: datetime, *, seed: int = 1, alerts: int = DEFAULT_ALERTS, speed: float = 1.0
) -> list[Request]:
    """Every request of the storm in the order of time; its alerts say that they began at `start`."""
    stage = Stage(alerts / DEFAULT_ALERTS, start, speed, Random(seed))
    shots = [shot for scene in _SCENES for shot in scene(stage)]
    return sorted(shots, key=lambda shot: shot.at)
