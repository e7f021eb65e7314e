"""The enricher: names the changes shortly before an incident that share something with it, nearest first."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from incident_hub_hookspecs import CallContext, Enrichment, Incident
from incident_hub_hookspecs.asking import fitting, one_line

from incident_hub_enricher_changes.changes import Change, told
from incident_hub_enricher_changes.relevance import shared
from incident_hub_enricher_changes.settings import Settings
from incident_hub_enricher_changes.store import ChangeStore

__all__ = ["ChangesEnricher"]

_MOST_TOLD = 3
_MOST_NAMES = 10


class ChangesEnricher:
    """One read for a batch; nothing is kept, for a change may come at any time."""

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident; None where no change is near."""
        settings: Settings = context.plugin.config
        spans = [_span(one, settings) for one in incidents]
        near = await ChangeStore(context.plugin.tables).between(spans) if spans else ()
        return [_enrichment(one, near, settings) for one in incidents]


def _span(incident: Incident, settings: Settings) -> tuple[datetime, datetime]:
    begun = incident.first_seen
    return begun - timedelta(seconds=settings.window_seconds), begun + timedelta(
        seconds=settings.grace_seconds
    )


def _enrichment(incident: Incident, near: Sequence[Change], settings: Settings) -> Enrichment | None:
    begin, end = _span(incident, settings)
    services = _services(incident, settings)
    found = [
        (change, common)
        for change in near
        if begin <= change.at <= end and (common := shared(change, incident, services))
    ]
    if not found:
        return None
    found.sort(key=lambda pair: abs(incident.first_seen - pair[0].at))
    lines = [told(change, incident.first_seen) for change, _ in found[:_MOST_TOLD]]
    more = [f"{len(found) - _MOST_TOLD} more"] if len(found) > _MOST_TOLD else []
    shown = fitting([_data(change, common) for change, common in found[: settings.max_changes]])
    data = {"changes": list(shown), "count": len(found)}
    return Enrichment(one_line("; ".join([*lines, *more]), 500), data)


def _services(incident: Incident, settings: Settings) -> frozenset[str]:
    """Names of the incident's service; resources `service:...` count too."""
    labelled = [incident.labels.get(label, "") for label in settings.service_labels]
    resources = [one.removeprefix("service:") for one in incident.resources if one.startswith("service:")]
    names = dict.fromkeys(name.casefold() for name in [*labelled, *resources] if name)
    return frozenset(list(names)[:_MOST_NAMES])


def _data(change: Change, common: Sequence[str]) -> dict[str, object]:
    return {
        "id": change.id,
        "at": change.at.isoformat(),
        "kind": change.kind,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "by": change.by,
        "url": change.url,
        "service": change.service,
        "llm": {key: value for key, value in asdict(change.llm).items() if value},
        "shares": list(common),
    }
