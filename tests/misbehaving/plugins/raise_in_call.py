"""Raises in each call."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Enrichment, Incident, hookimpl


class Raises:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        raise RuntimeError("in a call")


@hookimpl
def register_enrichers() -> list[Raises]:
    return [Raises()]
