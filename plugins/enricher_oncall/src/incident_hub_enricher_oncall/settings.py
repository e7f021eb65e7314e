"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import SERVICE_LABELS, setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an incident names its team, or the service whose owner that is."""

    team_labels: tuple[str, ...] = setting("Labels that name a team.", default=("team", "owner"), most=50)
    service_labels: tuple[str, ...] = setting(
        "Labels that name a service.",
        default=SERVICE_LABELS,
        most=50,
    )
