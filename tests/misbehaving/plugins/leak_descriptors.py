"""Opens so many files in each call and closes none."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import CallContext, Enrichment, Incident, PluginContext, hookimpl

kept: list[int] = []


class Leaks:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        kept.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(context.plugin.config["amount"]))
        return [Enrichment("leaked", {"pid": os.getpid()})] * len(incidents)


@hookimpl
def register_enrichers(context: PluginContext[Mapping[str, Any]]) -> list[Leaks]:
    return [Leaks()]
