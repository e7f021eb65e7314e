"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import SERVICE_LABELS, setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an incident names its service."""

    labels: tuple[str, ...] = setting(
        "Labels that name a service, the most telling first.",
        default=SERVICE_LABELS,
        most=50,
    )
