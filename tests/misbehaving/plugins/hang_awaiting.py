"""Waits for what never comes."""

import asyncio
from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Enrichment, Incident, hookimpl


class Waits:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        await asyncio.Event().wait()
        return []


@hookimpl
def register_enrichers() -> list[Waits]:
    return [Waits()]
