"""What can be configured."""

from dataclasses import dataclass
from itertools import groupby

from incident_hub_hookspecs import ConfigError, setting
from incident_hub_hookspecs.connection import Connection, http_address
from incident_hub_hookspecs.matching import When
from incident_hub_hookspecs.places import check_places, places

from incident_hub_enricher_prometheus.promql import open_quote

__all__ = ["Query", "Settings"]

_MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """One question; it is left out for incidents that lack what fills one of its places."""

    name: str = setting("What is measured, as people call it.", least=1, most=80)
    promql: str = setting('PromQL with places, as rate(errors{job="${labels.job}"}[5m]).', least=1, most=2000)
    unit: str = setting("The unit of the values, as s or /s.", default="", most=20)
    when: When = setting("For which incidents.", default=When())
    kind: str = setting(
        "`range` for the course around the start, `instant` for the value at the start alone.",
        default="range",
        choices=("range", "instant"),
    )
    before_seconds: float = setting("How long before the start.", default=900.0, most=86_400)
    after_seconds: float = setting(
        "How long after it; no later than now.", default=300.0, least=0, most=86_400
    )
    step_seconds: float = setting("The time between two values.", default=15.0, least=1, most=3600)

    def __post_init__(self) -> None:
        """The places are there, in quotes, and the window has no more points than a graph needs."""
        check_places(self.promql, "promql")
        for before in places(self.promql).befores:
            if open_quote(before)[0] not in ('"', "'"):
                raise ConfigError("a place stands outside of double or single quotes", "promql")
        if (self.before_seconds + self.after_seconds) / self.step_seconds > _MOST_POINTS:
            raise ConfigError(f"makes more than {_MOST_POINTS} values of the window", "step_seconds")


@dataclass(frozen=True, slots=True)
class Settings(Connection):
    """Which Prometheus, and what to ask."""

    link_url: str = setting("Where people open Prometheus, when that is not `url`.", default="")
    tenant: str = setting("Sent as X-Scope-OrgID, which Mimir, Cortex and Thanos want.", default="", most=150)
    queries: tuple[Query, ...] = setting("What is asked beside the bundled queries.", default=(), most=50)
    bundled_queries: bool = setting("Ask for the usual figures of LLM gateways too.", default=True)
    max_series: int = setting("How many series of a query are shown at most.", default=3, least=1, most=20)
    cache_seconds: float = setting(
        "How long an answer serves other incidents.", default=60.0, least=0, most=3600
    )

    def __post_init__(self) -> None:
        """The addresses are some, and each query has a name of its own."""
        Connection.__post_init__(self)
        if self.link_url:
            http_address(self.link_url, "link_url")
        if not (self.tenant.isascii() and self.tenant.isprintable()):
            raise ConfigError("is not plain text on one line", "tenant")
        for name, same in groupby(sorted(one.name for one in self.queries)):
            if len(list(same)) > 1:
                raise ConfigError(f"two queries are named {name!r}", "queries")
