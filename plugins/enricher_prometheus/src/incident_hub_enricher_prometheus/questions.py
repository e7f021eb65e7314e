"""From a query and an incident to a question: the PromQL filled in, the window on a grid.

Times are rounded down to the step, so that incidents which begin together ask the same question.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from urllib.parse import quote, urlencode

from incident_hub_hookspecs import Incident
from incident_hub_hookspecs.places import places

from incident_hub_enricher_prometheus.promql import promql_text
from incident_hub_enricher_prometheus.settings import Query

__all__ = ["Question", "question"]

_MOST_VALUE = 200  # characters that fill a place: what is longer names no series
_MOST_LINK = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What goes to Prometheus. Times are seconds since 1970; without a step it is about `start` alone."""

    promql: str
    start: float
    end: float
    step: float | None

    @property
    def path(self) -> str:
        """Path and parameters of the HTTP API."""
        if self.step is None:
            return f"/api/v1/query?{urlencode({'query': self.promql, 'time': f'{self.start:.3f}'})}"
        given = {
            "query": self.promql,
            "start": f"{self.start:.3f}",
            "end": f"{self.end:.3f}",
            "step": f"{self.step:g}",
        }
        return f"/api/v1/query_range?{urlencode(given)}"

    def link(self, url: str) -> str:
        """Where people see the graph; empty when that would be too long to keep."""
        shown = max(ceil(self.end - self.start), 600)
        until = datetime.fromtimestamp(self.end, UTC).strftime("%Y-%m-%d %H:%M:%S")
        given = {"g0.expr": self.promql, "g0.tab": "0", "g0.range_input": f"{shown}s", "g0.end_input": until}
        link = f"{url.rstrip('/')}/graph?{urlencode(given, quote_via=quote)}"
        return link if len(link) <= _MOST_LINK else ""


def question(query: Query, incident: Incident, now: datetime) -> Question | None:
    """The question; None when it is not for this incident, or something is missing for it."""
    if not query.when.fits(incident):
        return None
    promql = places(query.promql).filled(incident, promql_text, most=_MOST_VALUE)
    if promql is None:
        return None
    step = query.step_seconds
    begun = floor(incident.first_seen.timestamp() / step) * step
    if query.kind == "instant":
        return Question(promql, begun, begun, None)
    start, latest = begun - query.before_seconds, floor(now.timestamp() / step) * step
    return Question(promql, start, max(begun, min(begun + query.after_seconds, latest)), step)
