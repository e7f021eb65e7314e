"""The enricher: makes each distinct request once, and tells what the lines have in common."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from incident_hub_hookspecs import CallContext, DeliveryCode, DeliveryError, Enrichment, Incident
from incident_hub_hookspecs.asking import ask_each, enrichment, failure, fitting, one_line
from incident_hub_hookspecs.outgoing import host_of

from incident_hub_enricher_opensearch.answers import Found, Line, found_in
from incident_hub_enricher_opensearch.patterns import top_patterns
from incident_hub_enricher_opensearch.requests import SearchRequest, search_request
from incident_hub_enricher_opensearch.settings import Settings

__all__ = ["OpenSearchEnricher"]

Results = Mapping[SearchRequest, Found | DeliveryError]
_MOST_PATTERNS = 5


class OpenSearchEnricher:
    """Keeps nothing of the settings: each call is answered as its context says."""

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident; None where no search is for it, or nothing was found."""
        settings: Settings = context.plugin.config
        if not settings.url:
            return [None] * len(incidents)
        now = context.plugin.clock.now()
        asked = [
            [made for search in settings.searches if (made := search_request(search, one, now))]
            for one in incidents
        ]

        async def ask(one: SearchRequest, seconds: float) -> Found:
            return await _kept(one, settings, context, min(seconds, settings.timeout_seconds))

        found = await ask_each((each for one in asked for each in one), ask, context.deadline_seconds)
        return [_enrichment(one, each, found, settings) for one, each in zip(incidents, asked, strict=True)]


async def _kept(one: SearchRequest, settings: Settings, context: CallContext, seconds: float) -> Found:
    """From the cache, if it was asked lately; what failed is not kept."""
    key = f"{settings.url} {settings.sample} {one!r}"
    fetch = partial(_fetched, one, settings, context, seconds)
    return await context.cache.get_or_load(key, fetch, settings.cache_seconds)


async def _fetched(one: SearchRequest, settings: Settings, context: CallContext, seconds: float) -> Found:
    """When so many lines are more than the hub reads, a tenth of them; then they are very long."""
    try:
        return await _searched(one, settings, context, settings.sample, seconds)
    except _TooLargeError:
        few = max(1, settings.sample // 10)
        return await _searched(one, settings, context, few, seconds / 2)


class _TooLargeError(DeliveryError):
    """The answer did not come, for its length."""


async def _searched(
    one: SearchRequest, settings: Settings, context: CallContext, size: int, seconds: float
) -> Found:
    body = one.body(size, seconds * 0.8)
    try:
        response = await context.http.call(
            settings.endpoint("opensearch"),
            "POST",
            one.path,
            headers={"content-type": "application/json", "accept": "application/json"},
            body=body,
            timeout=seconds,
            idempotency_key="search",  # it changes nothing, so it may be sent again
        )
    except DeliveryError as error:
        if error.code is DeliveryCode.INVALID_RESPONSE:
            raise _TooLargeError(str(error), retry=False, code=error.code) from error
        raise
    now = context.plugin.clock.now()
    return found_in(response, host_of(settings.url), now, one.time_field, one.message_field)


def _enrichment(
    incident: Incident, asked: Sequence[SearchRequest], results: Results, settings: Settings
) -> Enrichment | None:
    shown: list[dict[str, object]] = []
    told: list[str] = []
    errors: list[dict[str, str]] = []
    for one in asked:
        found = results[one]
        if isinstance(found, DeliveryError):
            errors.append(failure(one.search, found))
        elif found.total or found.incomplete:
            patterns = top_patterns((line.message for line in found.lines), _MOST_PATTERNS)
            shown.append(_shown(one, found, patterns, _nearest(found.lines, incident, settings.max_lines)))
            told.append(_told(one, found, patterns))
    return enrichment(told, "searches", shown, errors)


def _nearest(lines: Sequence[Line], incident: Incident, most: int) -> list[Line]:
    """The lines nearest to the start, in the order of their times."""
    begun = incident.first_seen

    def distance(line: Line) -> float:
        return abs((line.at - begun).total_seconds()) if line.at else float("inf")

    return sorted(sorted(lines, key=distance)[:most], key=lambda line: line.at or begun)


def _shown(
    one: SearchRequest, found: Found, patterns: Sequence[tuple[str, int]], lines: Sequence[Line]
) -> dict[str, object]:
    return {
        "search": one.search,
        "index": one.index,
        "total": found.total,
        "total_is_minimum": found.at_least,
        "sampled": len(found.lines),
        "patterns": [{"pattern": pattern, "count": count} for pattern, count in patterns],
        "lines": [
            {"at": _time(line.at), "message": line.message, "index": line.index}
            for line in _fitting_lines(lines)
        ],
        "incomplete": found.incomplete,
    }


def _fitting_lines(lines: Sequence[Line]) -> Sequence[Line]:
    """As many as leave room for the other searches."""
    sizes = fitting([line.message for line in lines], 6 * 1024)
    return lines[: len(sizes)]


def _told(one: SearchRequest, found: Found, patterns: Sequence[tuple[str, int]]) -> str:
    count = f"{one.search}: {'at least ' if found.at_least else ''}{found.total:,} lines"
    mostly = f', mostly "{one_line(patterns[0][0], 100)}"' if patterns else ""
    times = f" ({patterns[0][1]} of {len(found.lines)} read)" if len(patterns) > 1 else ""
    return count + mostly + times + (f", incomplete: {found.incomplete}" if found.incomplete else "")


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
