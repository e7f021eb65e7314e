"""The enricher: asks each distinct question once, and tells what the series did."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from incident_hub_hookspecs import CallContext, DeliveryError, Enrichment, Incident
from incident_hub_hookspecs.asking import ask_each, enrichment, failure, one_line
from incident_hub_hookspecs.outgoing import host_of

from incident_hub_enricher_prometheus.answers import Answer, answer_of
from incident_hub_enricher_prometheus.bundled import BUNDLED
from incident_hub_enricher_prometheus.course import Course, course_of
from incident_hub_enricher_prometheus.questions import Question, question
from incident_hub_enricher_prometheus.settings import Query, Settings

__all__ = ["PrometheusEnricher"]

Answers = Mapping[Question, Answer | DeliveryError]
Asked = Sequence[tuple[Query, Question]]
_MOST_TOLD = 4


class PrometheusEnricher:
    """Keeps nothing of the settings: each call is answered as its context says."""

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident; None where no query is for it, or nothing was measured."""
        settings: Settings = context.plugin.config
        if not settings.url:
            return [None] * len(incidents)
        now = context.plugin.clock.now()
        asked = [_asked(settings, one, now) for one in incidents]
        wanted = (each for one in asked for _, each in one)

        async def ask(one: Question, seconds: float) -> Answer:
            return await _kept(one, settings, context, seconds)

        answers = await ask_each(wanted, ask, context.deadline_seconds)
        return [_enrichment(one, each, answers, settings) for one, each in zip(incidents, asked, strict=True)]


def _asked(settings: Settings, incident: Incident, now: datetime) -> Asked:
    queries = (*settings.queries, *(BUNDLED if settings.bundled_queries else ()))
    found = ((query, question(query, incident, now)) for query in queries)
    return [(query, one) for query, one in found if one is not None]


async def _kept(one: Question, settings: Settings, context: CallContext, seconds: float) -> Answer:
    """From the cache, if it was asked lately; what failed is not kept."""
    key = f"{settings.url}{one.path} {settings.tenant}"
    fetch = partial(_fetched, one, settings, context, min(seconds, settings.timeout_seconds))
    return await context.cache.get_or_load(key, fetch, settings.cache_seconds)


async def _fetched(one: Question, settings: Settings, context: CallContext, timeout: float) -> Answer:
    headers = {"accept": "application/json"} | ({"x-scope-orgid": settings.tenant} if settings.tenant else {})
    response = await context.http.call(
        settings.endpoint("prometheus"), "GET", one.path, headers=headers, timeout=timeout
    )
    return answer_of(response, host_of(settings.url), context.plugin.clock.now())


def _enrichment(incident: Incident, asked: Asked, answers: Answers, settings: Settings) -> Enrichment | None:
    results: list[dict[str, object]] = []
    told: list[tuple[float, str]] = []
    errors: list[dict[str, str]] = []
    for query, one in asked:
        answer = answers[one]
        if isinstance(answer, DeliveryError):
            errors.append(failure(query.name, answer))
        elif answer.series:
            begun = incident.first_seen.timestamp()
            courses = sorted((course_of(s, begun) for s in answer.series), key=lambda c: -c.change)
            results.append(_result(query, one, answer, courses[: settings.max_series], settings))
            told.append((courses[0].change, _told(query, courses)))
    most = [text for _, text in sorted(told, key=lambda pair: -pair[0])[:_MOST_TOLD]]  # what changed most
    return enrichment(most, "results", results, errors)


def _result(
    query: Query, one: Question, answer: Answer, shown: Sequence[Course], settings: Settings
) -> dict[str, object]:
    return {
        "query": query.name,
        "promql": one_line(one.promql, 1000),
        "unit": query.unit,
        "from": _time(one.start),
        "to": _time(one.end),
        "series": [course.data() for course in shown],
        "series_left_out": len(answer.series) - len(shown),
        "warnings": list(answer.warnings),
        "link": one.link(settings.link_url or settings.url),
    }


def _told(query: Query, courses: Sequence[Course]) -> str:
    """The series that changed most, in words."""
    unit = f" {query.unit}" if query.unit else ""
    more = f" (most of {len(courses)} series)" if len(courses) > 1 else ""
    return f"{query.name} {courses[0].trend}{unit}{more}"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
