"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import SERVICE_LABELS, setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Who may record changes, how long they are kept, and which of them an incident is told."""

    webhook_secret: str = setting(
        "Whoever posts changes signs them with it, as GitHub does; empty: nobody has to.",
        default="",
        secret=True,
    )
    window_seconds: float = setting(
        "How long before an incident's start a change counts.", default=7200.0, least=60, most=604_800
    )
    grace_seconds: float = setting(
        "How long after it one still counts, as clocks differ.", default=60.0, least=0, most=3600
    )
    keep_days: float = setting("How long changes are kept.", default=90.0, least=1, most=3650)
    max_changes: int = setting("How many changes an incident is told.", default=10, least=1, most=20)
    service_labels: tuple[str, ...] = setting(
        "Labels that name an incident's service.",
        default=SERVICE_LABELS,
        most=50,
    )
