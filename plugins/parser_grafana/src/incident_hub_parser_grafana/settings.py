"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How Grafana proves who it is."""

    secret: str | None = setting(
        "The contact point's HMAC secret; with it, an unsigned request is refused.",
        default=None,
        least=1,
        secret=True,
    )
    timestamp_header: str | None = setting(
        "The header that Grafana puts the signed time into.", default=None, least=1
    )

    def __post_init__(self) -> None:
        """A time proves nothing by itself."""
        if self.timestamp_header and not self.secret:
            raise ConfigError("needs a secret", "timestamp_header")
