"""What can be configured: the app's token, and the secret that proves that a click comes from Slack."""

from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, DeliveryError, setting
from incident_hub_hookspecs.outgoing import host_of

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """A Slack app; without `bot_token` only targets with a `webhook_url` are sent to."""

    bot_token: str = setting(
        "The app's bot token (`xoxb-...`), with the scope `chat:write`.", default="", secret=True
    )
    signing_secret: str = setting(
        "The app's signing secret. Without it messages have no buttons.", default="", secret=True
    )
    api_url: str = setting("Where Slack's Web API is.", default="https://slack.com/api")
    allow_private: bool = setting("Whether `api_url` may be in a private network.", default=False)

    def __post_init__(self) -> None:
        """The address is one."""
        try:
            host_of(self.api_url)
        except DeliveryError as error:
            raise ConfigError("expected an http(s) address", "api_url") from error
