"""A service outside, as data: where it is, who we are to it, and how gently it wants to be treated.

A plugin makes an `Endpoint` from its configuration and hands it to `HttpClient.call` with each call. The
hub keeps the circuit breaker, the rates and the tokens for each pair of plugin and endpoint name.
"""

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["ApiKey", "Basic", "Bearer", "Credential", "Endpoint", "OAuth2", "Signed", "Tls"]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in a header of its own."""

    key: str = field(repr=False)
    header: str = "X-API-Key"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token in `Authorization`."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password in `Authorization`."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OAuth2:
    """A token from `token_url` by the client credentials grant.

    The hub fetches it with the first call, again shortly before it ends, and once more when the service
    answers 401. `token_url` must not be on another network than the endpoint's `allow_private` says.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """HMAC-SHA256 in hexadecimal, made anew for each try.

    `text` is what is signed and `headers` what is sent, as (name, value); both may hold `{id}`, `{time}`
    (RFC 3339, UTC), `{unix}` (seconds), `{nonce}`, `{method}`, `{path}` and `{body}` (SHA-256 of the body,
    in hexadecimal), the headers also `{signature}`.
    """

    id: str
    secret: str = field(repr=False)
    text: str
    headers: tuple[tuple[str, str], ...]


Credential = ApiKey | Bearer | Basic | OAuth2 | Signed


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM: whom to trust beside the public authorities' own list, and our certificate for mTLS."""

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One service. `name` is what its circuit and its figures are called, in [a-z0-9_-].

    `tries` counts the first one; waits between tries grow from `backoff_seconds`, doubled each time up to
    `backoff_most_seconds`, each drawn evenly from zero to that (full jitter), and are never shorter than a
    `Retry-After`. After `failures_to_open` failed tries in a row the circuit opens for `reset_seconds`, then
    lets one probe through. None for a rate is no limit; rates may burst up to one minute's worth.
    `concurrency` is how many calls run at a time, so that one slow service holds nobody else up.
    """

    name: str
    url: str
    credentials: tuple[Credential, ...] = ()
    tls: Tls | None = None
    allow_private: bool = False
    tries: int = 3
    backoff_seconds: float = 0.1
    backoff_most_seconds: float = 30.0
    failures_to_open: int = 5
    reset_seconds: float = 30.0
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    concurrency: int = 10
