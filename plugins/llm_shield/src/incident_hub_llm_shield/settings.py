"""What can be configured under `plugins.llm_shield`."""

from dataclasses import dataclass

from incident_hub_hookspecs import (
    ApiKey,
    Bearer,
    ConfigError,
    Credential,
    Endpoint,
    OAuth2,
    Signed,
    Tls,
    setting,
)
from incident_hub_hookspecs.connection import OAuthSettings, TlsSettings

__all__ = ["Settings"]

_TIERS = {"free": (100.0, 10), "pro": (1000.0, 50), "enterprise": (10_000.0, 200)}


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Who we are to Shield's gateway, when it was given a shared secret."""

    caller_id: str = setting("The caller's id.")
    secret: str = setting("The shared secret of the gateway.", secret=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """`engine` is auto, live or local: auto is live when there is a url, else local."""

    engine: str = setting("Who answers.", default="auto", choices=("auto", "live", "local"))
    url: str = setting("Where Shield listens, as https://shield.example:8080.", default="")
    api_key: str = setting("Sent as a bearer token.", default="", secret=True)
    api_key_header: str = setting("A header for the key instead of a bearer token.", default="")
    gateway: GatewaySettings | None = None
    oauth: OAuthSettings | None = None
    tls: TlsSettings | None = None
    allow_private: bool = setting("Whether url may lead into a private network.", default=False)
    tier: str = setting("Shield's rate tier.", default="free", choices=tuple(_TIERS))
    scanners: tuple[str, ...] = setting("Shield's scanners by name; none is all.", default=(), most=20)
    threshold: float = setting("The risk from which a text is not valid.", default=0.5, least=0.01, most=1)
    timeout_seconds: float = setting("For one question, repeats included.", default=5.0, most=300)
    tries: int = setting("How often a question is sent at most.", default=3, least=1, most=10)
    failures_to_open: int = setting("Failed tries in a row that open the circuit.", default=5)
    reset_seconds: float = setting("How long an open circuit refuses.", default=30.0)
    probe_seconds: float = setting("How often Shield's health is asked for.", default=30.0)
    fall_back: bool = setting("Answer locally, and say so, when Shield does not answer.", default=False)

    @property
    def live(self) -> bool:
        """Whether questions go to the service."""
        return self.engine == "live" or (self.engine == "auto" and bool(self.url))

    def endpoint(self) -> Endpoint:
        """The service as the hub's client wants it; raises `ConfigError` without a url."""
        if not self.url.startswith(("http://", "https://")):
            raise ConfigError("the engine `live` needs an http or https address", "plugins.llm_shield.url")
        rate, concurrency = _TIERS[self.tier]
        return Endpoint(
            "shield",
            self.url,
            credentials=self._credentials(),
            tls=Tls(self.tls.authority, self.tls.certificate, self.tls.key) if self.tls else None,
            allow_private=self.allow_private,
            tries=self.tries,
            failures_to_open=self.failures_to_open,
            reset_seconds=self.reset_seconds,
            requests_per_minute=rate,
            concurrency=concurrency,
        )

    def _credentials(self) -> tuple[Credential, ...]:
        found: list[Credential] = []
        if self.api_key:
            header = self.api_key_header
            found.append(ApiKey(self.api_key, header) if header else Bearer(self.api_key))
        if one := self.oauth:
            found.append(OAuth2(one.token_url, one.client_id, one.client_secret, one.scope))
        if caller := self.gateway:
            headers = (
                ("x-caller-id", "{id}"),
                ("x-caller-issued-at", "{time}"),
                ("x-caller-signature", "{signature}"),
            )
            found.append(Signed(caller.caller_id, caller.secret, "{id}|{time}", headers))
        return tuple(found)
