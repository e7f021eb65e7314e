"""Does what it should, beside all the others."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Enrichment, Incident, hookimpl


class Sees:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        return [Enrichment("seen", {"title": one.title, "labels": dict(one.labels)}) for one in incidents]


@hookimpl
def register_enrichers() -> list[Sees]:
    return [Sees()]
