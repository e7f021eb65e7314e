"""What can be configured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub_hookspecs import ApiKey, ConfigError, Credential, setting
from incident_hub_hookspecs.connection import Connection
from incident_hub_hookspecs.matching import When
from incident_hub_hookspecs.places import check_places, in_quotes, places
from incident_hub_hookspecs.records import EMPTY

__all__ = ["USUAL", "Search", "Settings"]

_INDEX = re.compile(r"[^\s/?#\"<>|\\]+")
_SERVICE = '"${labels.service|labels.service_name|labels.service.name|labels.app}"'
_BAD = "(error OR critical OR fatal OR emergency)"


@dataclass(frozen=True, slots=True)
class Search:
    """One search; it is left out for incidents that lack what fills one of its places."""

    name: str = setting("What is looked for, as people call it.", least=1, most=80)
    index: str = setting("Index pattern, as logs-*,filebeat-*.", default="logs-*", least=1, most=500)
    query: str = setting(
        'A query string with places in double quotes, as level:error AND service:"${labels.service}".',
        default="",
        most=2000,
    )
    terms: Mapping[str, str] = setting(
        "Fields and the exact values they must have, with places.", default_factory=lambda: EMPTY
    )
    when: When = setting("For which incidents.", default=When())
    time_field: str = setting("The field with the time.", default="@timestamp", least=1, most=200)
    message_field: str = setting("The field with the text.", default="message", least=1, most=200)
    before_seconds: float = setting("How long before the start.", default=600.0, most=86_400)
    after_seconds: float = setting(
        "How long after it; no later than now.", default=300.0, least=0, most=86_400
    )

    def __post_init__(self) -> None:
        """The index is a pattern, something is looked for, and values stand where they are text."""
        if not _INDEX.fullmatch(self.index):
            raise ConfigError("is no index pattern", "index")
        if not self.query and not self.terms:
            raise ConfigError("give `query`, or `terms`, or both", "query")
        check_places(self.query, "query")
        if not all(in_quotes(before) for before in places(self.query).befores):
            raise ConfigError("a place stands outside of double quotes", "query")
        for field, value in self.terms.items():
            check_places(value, f"terms.{field}")


USUAL = (
    Search(
        "error logs",
        "logs-*,filebeat-*,logstash-*",
        f"(log.level:{_BAD} OR level:{_BAD} OR severity_text:{_BAD}) AND (service.name:{_SERVICE}"
        f" OR service:{_SERVICE} OR resource.attributes.service.name:{_SERVICE})",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings(Connection):
    """Which cluster, and what to look for."""

    api_key: str = setting(
        "An API key of Elasticsearch, encoded as it hands it out.", default="", secret=True
    )
    api_key_header: str = setting("The header of `api_key`.", default="Authorization")
    searches: tuple[Search, ...] = setting(
        "What is looked for; by default errors of the incident's service, in usual indices and fields.",
        default=USUAL,
        most=20,
    )
    max_lines: int = setting(
        "How many lines of a search are shown, those nearest to the start.", default=5, least=0, most=20
    )
    sample: int = setting("How many lines are read for their patterns.", default=100, least=1, most=1000)
    cache_seconds: float = setting(
        "How long an answer serves other incidents.", default=60.0, least=0, most=3600
    )

    def credentials(self) -> tuple[Credential, ...]:
        """In `Authorization` the key is announced as Elasticsearch wants it."""
        if self.api_key and self.api_key_header.lower() == "authorization":
            return (ApiKey(f"ApiKey {self.api_key}", self.api_key_header),)
        return Connection.credentials(self)
