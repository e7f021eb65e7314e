"""When an incident that keeps coming back is flapping, and when it is no more."""

from dataclasses import dataclass
from typing import Self

from incident_hub.domain.times import SECOND
from incident_hub.host.config import FlappingConfig

__all__ = ["NEVER", "Damping"]


@dataclass(frozen=True, slots=True)
class Damping:
    """Times in microseconds; 0 returns: never."""

    returns: int = 0
    window: int = 0
    lasting: int = 0

    @classmethod
    def of(cls, config: FlappingConfig) -> Self:
        """As configured."""
        return cls(config.returns, int(config.window_seconds * SECOND), int(config.lasting_seconds * SECOND))


NEVER = Damping()
