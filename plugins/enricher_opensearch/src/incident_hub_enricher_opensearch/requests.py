"""From a search and an incident to a request of `_search`.

Times are rounded down to a grid, so that incidents which begin together make the same request.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor
from urllib.parse import quote

from incident_hub_hookspecs import Incident
from incident_hub_hookspecs.places import places

from incident_hub_enricher_opensearch.settings import Search

__all__ = ["SearchRequest", "search_request"]

_GRID = 15.0
_MOST_VALUE = 200
_COUNTED = 10_000  # up to here the cluster counts exactly


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One request. Times are seconds since 1970; `filters` is JSON."""

    search: str
    index: str
    start: float
    end: float
    filters: str
    time_field: str
    message_field: str

    @property
    def path(self) -> str:
        """An index that there is not, or not any more, is no error."""
        return f"/{quote(self.index, safe='*,-')}/_search?ignore_unavailable=true&allow_no_indices=true"

    def body(self, size: int, seconds: float) -> bytes:
        """The newest lines first; the cluster gives up after `seconds` and answers with what it has."""
        time = {"gte": _time(self.start), "lte": _time(self.end), "format": "strict_date_optional_time"}
        return json.dumps(
            {
                "size": size,
                "timeout": f"{max(100, floor(seconds * 1000))}ms",
                "track_total_hits": _COUNTED,
                "_source": [self.time_field, self.message_field],
                "sort": [{self.time_field: {"order": "desc", "unmapped_type": "date"}}],
                "query": {
                    "bool": {"filter": [{"range": {self.time_field: time}}, *json.loads(self.filters)]}
                },
            }
        ).encode()


def search_request(search: Search, incident: Incident, now: datetime) -> SearchRequest | None:
    """The request; None when the search is not for this incident, or something is missing for it."""
    if not search.when.fits(incident):
        return None
    filters = _filters(search, incident)
    if filters is None:
        return None
    begun = floor(incident.first_seen.timestamp() / _GRID) * _GRID
    latest = floor(now.timestamp() / _GRID + 1) * _GRID
    end = max(begun + _GRID, min(begun + search.after_seconds, latest))
    return SearchRequest(
        search.name, search.index, begun - search.before_seconds, end, json.dumps(filters),
        search.time_field, search.message_field,
    )  # fmt: skip


def _filters(search: Search, incident: Incident) -> list[dict[str, object]] | None:
    filters: list[dict[str, object]] = []
    if search.query:
        query = places(search.query).filled(incident, _phrase, most=_MOST_VALUE)
        if query is None:
            return None
        filters.append({"query_string": {"query": query, "allow_leading_wildcard": False}})
    for field, text in search.terms.items():
        value = places(text).filled(incident, lambda value, _: value, most=_MOST_VALUE)
        if value is None:
            return None
        filters.append({"term": {field: {"value": value}}})
    return filters


def _phrase(value: str, _: str) -> str:
    """As it stands in double quotes of a query string: there only these two mean something."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
