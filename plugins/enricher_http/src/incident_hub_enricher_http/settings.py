"""What can be configured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, setting
from incident_hub_hookspecs.connection import Connection
from incident_hub_hookspecs.matching import When
from incident_hub_hookspecs.places import any_places, check_places
from incident_hub_hookspecs.records import EMPTY

from incident_hub_enricher_http.filling import FORM, JSON, check_body
from incident_hub_enricher_http.picking import check_path

__all__ = ["Settings", "Target"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CREDENTIALS = ("authorization", "proxy-authorization", "cookie")
_OURS = ("host", "content-length", "content-type", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Target(Connection):
    """One service that is asked, and what is taken of its answer."""

    name: str = setting("What it is called, in [a-z0-9_-].", default="", most=60)
    path: str = setting(
        "Behind `url`, with places, as /services/${labels.service}?with=owner.",
        default="/",
        least=1,
        most=1000,
    )
    method: str = setting("GET or POST.", default="GET", choices=("GET", "POST"))
    headers: Mapping[str, str] = setting("Headers, with places.", default_factory=lambda: EMPTY)
    body: str = setting("What is posted, with places.", default="", most=8000)
    content_type: str = setting("What the body is.", default=JSON, choices=(JSON, FORM))
    repeatable: bool = setting("Whether a POST changes nothing and may be sent again.", default=False)
    facts: Mapping[str, str] = setting(
        "What is taken of the answer: a name, and where it stands, as /owner/name or owner.teams[0].",
        default_factory=lambda: EMPTY,
    )
    summary: str = setting(
        "A line for people with facts in it, as ${owner} owns it; empty: all facts.", default="", most=300
    )
    absent: tuple[int, ...] = setting(
        "Statuses that mean that nothing is known there.", default=(204, 404), most=20
    )
    when: When = setting("For which incidents.", default=When())
    cache_seconds: float = setting("How long an answer is kept.", default=300.0, least=0, most=86_400)

    def __post_init__(self) -> None:
        """All that a request is made of can be made, and something is taken of the answer."""
        Connection.__post_init__(self)
        if not self.url:
            raise ConfigError("missing", "url")
        if not _NAME.fullmatch(self.name):
            raise ConfigError("must match [a-z0-9][a-z0-9_-]*", "name")
        if not self.path.startswith("/"):
            raise ConfigError("must begin with /", "path")
        check_places(self.path, "path")
        self._check_headers()
        if self.body and self.method == "GET":
            raise ConfigError("a GET has none", "body")
        check_places(self.body, "body")
        check_body(self.body, self.content_type)
        self._check_facts()

    def _check_headers(self) -> None:
        for name, text in self.headers.items():
            key = f"headers.{name}"
            if not _HEADER.fullmatch(name) or name.lower() in _OURS:
                raise ConfigError("is no header that can be set", key)
            if name.lower() in _CREDENTIALS:
                raise ConfigError("give `user`, `token`, `api_key` or `oauth` instead", key)
            if not (text.isascii() and text.isprintable()):
                raise ConfigError("is not plain text on one line", key)
            check_places(text, key)

    def _check_facts(self) -> None:
        if not self.facts:
            raise ConfigError("say what is taken of the answer", "facts")
        for name, path in self.facts.items():
            check_path(path, f"facts.{name}")
        try:
            named = {name for names in any_places(self.summary).names for name in names}
        except ConfigError as error:
            raise ConfigError(error.message, "summary") from None
        if strange := sorted(named - set(self.facts)):
            raise ConfigError(f"there is no fact {strange[0]!r}", "summary")


@dataclass(frozen=True, slots=True)
class Settings:
    """Who is asked."""

    targets: tuple[Target, ...] = setting("The services that are asked.", default=(), most=20)

    def __post_init__(self) -> None:
        """Each target has a name of its own."""
        names = [one.name for one in self.targets]
        if len(set(names)) < len(names):
            raise ConfigError("two targets have one name", "targets")
