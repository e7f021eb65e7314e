"""Answers with ten megabytes."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Enrichment, Incident, hookimpl

MUCH = "x" * (10 << 20)


class Answers:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        return [Enrichment("much", {"data": MUCH})] * len(incidents)


@hookimpl
def register_enrichers() -> list[Answers]:
    return [Answers()]
