"""Keeps so many megabytes of each call."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import CallContext, Enrichment, Incident, PluginContext, hookimpl

kept: list[bytes] = []


class Leaks:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        kept.append(b"x" * (context.plugin.config["amount"] << 20))
        return [Enrichment("leaked", {"pid": os.getpid()})] * len(incidents)


@hookimpl
def register_enrichers(context: PluginContext[Mapping[str, Any]]) -> list[Leaks]:
    return [Leaks()]
