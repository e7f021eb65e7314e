"""Blocks for ever: its thread, or with `loop` its event loop."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import CallContext, Enrichment, Incident, PluginContext, hookimpl


class BlocksThread:
    def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        while True:
            time.sleep(0.01)


class BlocksLoop:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        while True:
            pass


@hookimpl
def register_enrichers(context: PluginContext[Mapping[str, Any]]) -> list[object]:
    return [BlocksLoop() if context.config.get("loop") else BlocksThread()]
