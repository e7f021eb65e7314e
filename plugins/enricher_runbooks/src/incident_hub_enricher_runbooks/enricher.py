"""Adds the runbooks that fit to each incident of a batch."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Enrichment, Incident
from incident_hub_hookspecs.payload import cut

from incident_hub_enricher_runbooks.matching import Match
from incident_hub_enricher_runbooks.shelf import Shelf

__all__ = ["RunbookEnricher"]

_SUMMARY = 300
_EXCERPT = 500


class RunbookEnricher:
    """Reads the runbooks once for the batch; the finding has links and excerpts, GraphQL the whole text."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident, in order; None where no runbook fits."""
        del context  # the shelf has its own
        return [_enrichment(found) for found in await self._shelf.fitting(incidents)]


def _enrichment(found: Sequence[Match]) -> Enrichment | None:
    if not found:
        return None
    titles = "; ".join(one.runbook.title for one in found)
    word = "Runbook" if len(found) == 1 else f"{len(found)} runbooks"
    return Enrichment(cut(f"{word}: {titles}", _SUMMARY), {"runbooks": [_shown(one) for one in found]})


def _shown(match: Match) -> dict[str, object]:
    runbook = match.runbook
    parts = {
        "id": runbook.id,
        "title": runbook.title,
        "url": runbook.url,
        "text": cut(runbook.text, _EXCERPT),
    }
    return {**{name: text for name, text in parts.items() if text}, "why": list(match.why)}
