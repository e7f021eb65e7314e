"""Settings of a plugin that asks a service over HTTP: where it is and who we are to it.

Derive a dataclass of settings from `Connection`, or have it as the kind of a field; one with a
`__post_init__` of its own calls `Connection.__post_init__(self)` in it.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from incident_hub_hookspecs.endpoint import ApiKey, Basic, Bearer, Credential, Endpoint, OAuth2, Tls
from incident_hub_hookspecs.errors import ConfigError
from incident_hub_hookspecs.settings import setting

__all__ = ["Connection", "OAuthSettings", "TlsSettings", "http_address"]


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Client credentials of OAuth 2."""

    token_url: str = setting("Where tokens are had.")
    client_id: str = setting("Our id there.")
    client_secret: str = setting("Our secret there.", secret=True)
    scope: str = setting("What to ask for; empty is the default.", default="")


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """Files in PEM."""

    authority: Path | None = setting("An authority to trust beside the public ones.", default=None)
    certificate: Path | None = setting("Our certificate.", default=None)
    key: Path | None = setting("Its key.", default=None)


@dataclass(frozen=True, slots=True)
class Connection:
    """One service; without a `url` it is not asked."""

    url: str = setting("Where it listens, as https://service.example; empty: it is not asked.", default="")
    user: str = setting("A name for basic authentication.", default="")
    password: str = setting("The password of `user`.", default="", secret=True)
    token: str = setting("Sent as a bearer token.", default="", secret=True)
    api_key: str = setting("Sent in the header `api_key_header`.", default="", secret=True)
    api_key_header: str = setting("The header of `api_key`.", default="X-API-Key")
    oauth: OAuthSettings | None = setting("A token by client credentials.", default=None)
    tls: TlsSettings | None = setting("Certificates.", default=None)
    allow_private: bool = setting("Whether `url` may lead into a private network.", default=False)
    timeout_seconds: float = setting("For one question, repeats included.", default=10.0, most=300)
    tries: int = setting("How often a question is sent at most.", default=2, least=1, most=10)
    requests_per_minute: float | None = setting("How often it is asked at most.", default=None)

    def __post_init__(self) -> None:
        """The address is one, and a user has a password."""
        if self.url:
            http_address(self.url, "url")
        if self.user and not self.password:
            raise ConfigError("`user` needs a password", "password")

    def endpoint(self, name: str) -> Endpoint:
        """The service as `HttpClient.call` wants it."""
        return Endpoint(
            name,
            self.url,
            credentials=self.credentials(),
            tls=Tls(self.tls.authority, self.tls.certificate, self.tls.key) if self.tls else None,
            allow_private=self.allow_private,
            tries=self.tries,
            requests_per_minute=self.requests_per_minute,
        )

    def credentials(self) -> tuple[Credential, ...]:
        """Who we are to it: one of `user`, `token` and `oauth`, in that order, and the `api_key` beside it."""
        key: tuple[Credential, ...] = (ApiKey(self.api_key, self.api_key_header),) if self.api_key else ()
        if self.user:
            return (Basic(self.user, self.password), *key)
        if self.token:
            return (Bearer(self.token), *key)
        if one := self.oauth:
            return (OAuth2(one.token_url, one.client_id, one.client_secret, one.scope), *key)
        return key


def http_address(url: str, key: str) -> None:
    """Refuse what is no http(s) address, or holds credentials, which logs and links would show."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine:
        raise ConfigError("is not an http(s) address", key)
    if "@" in parts.netloc:
        raise ConfigError("holds credentials: give `user` and `password` instead", key)
