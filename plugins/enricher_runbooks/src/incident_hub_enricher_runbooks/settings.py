"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How many runbooks an incident gets, and how soon a change is seen by every process."""

    most_per_incident: int = setting(
        "How many runbooks an incident gets; the most specific come first.", default=5, least=1, most=20
    )
    cache_seconds: float = setting(
        "How long another process may go on with runbooks that were changed.", default=10, least=0, most=3600
    )
