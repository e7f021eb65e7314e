"""Leaves the program in each call."""

import sys
from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Enrichment, Incident, hookimpl


class Leaves:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        sys.exit(3)


@hookimpl
def register_enrichers() -> list[Leaves]:
    return [Leaves()]
