"""What can be configured: whom to page when the target does not say, and where."""

from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, DeliveryError, setting
from incident_hub_hookspecs.outgoing import host_of

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The integration, and the address that takes events."""

    routing_key: str = setting(
        "The integration key of the PagerDuty service, for targets without one of their own.",
        default="",
        secret=True,
    )
    url: str = setting(
        "Where events go; accounts in the EU use https://events.eu.pagerduty.com/v2/enqueue.",
        default="https://events.pagerduty.com/v2/enqueue",
    )
    allow_private: bool = setting("Whether `url` may be in a private network.", default=False)
    client: str = setting("What PagerDuty calls the sender.", default="Incident Hub")

    def __post_init__(self) -> None:
        """The address is one."""
        try:
            host_of(self.url)
        except DeliveryError as error:
            raise ConfigError("expected an http(s) address", "url") from error
