"""Starts so many threads in each call that never end."""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import CallContext, Enrichment, Incident, PluginContext, hookimpl


class Leaks:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        for _ in range(context.plugin.config["amount"]):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        return [Enrichment("leaked", {"pid": os.getpid()})] * len(incidents)


@hookimpl
def register_enrichers(context: PluginContext[Mapping[str, Any]]) -> list[Leaks]:
    return [Leaks()]
