"""The local engine: what the contract's client answers without a service. Long work runs in a thread."""

import asyncio
from collections.abc import Sequence

from incident_hub_hookspecs import Cache, Provenance
from incident_hub_hookspecs.llm import (
    MitigationPlan,
    PatternReport,
    RiskAssessment,
    SecurityAnalysis,
    SecurityEvent,
    TextScan,
)

from incident_hub_llm_shield.detect.model import shipped_model
from incident_hub_llm_shield.local import mitigation, risk, threats
from incident_hub_llm_shield.local.scan import scan_output, scan_prompt
from incident_hub_llm_shield.texts import check_texts

__all__ = ["LocalShield"]

_REMEMBERED_SECONDS = 30 * 86_400.0
_SIMILAR = 5


class LocalShield:
    """The same questions as the contract's. `because` is told in the provenance: why no service answered."""

    def __init__(self, plugin: str, threshold: float) -> None:
        self._plugin, self._threshold = plugin, threshold

    def _by(self, because: str = "") -> Provenance:
        detail = f"model {shipped_model().name}, rules and checksums"
        return Provenance(self._plugin, "local", f"{detail}; {because}" if because else detail)

    async def prompts(self, texts: Sequence[str], because: str = "") -> Sequence[TextScan]:
        """One scan a prompt."""
        check_texts("prompt", texts)
        return await asyncio.to_thread(
            lambda: [scan_prompt(text, self._threshold, self._by(because)) for text in texts]
        )

    async def outputs(self, texts: Sequence[str], because: str = "") -> Sequence[TextScan]:
        """One scan an output."""
        check_texts("output", texts)
        return await asyncio.to_thread(
            lambda: [scan_output(text, self._threshold, self._by(because)) for text in texts]
        )

    async def analysis(self, event: SecurityEvent) -> SecurityAnalysis:
        """What kind of threat it is."""
        return await asyncio.to_thread(threats.analyse, event, self._by())

    async def risk(self, events: Sequence[SecurityEvent]) -> RiskAssessment:
        """How dangerous they are together."""
        return await asyncio.to_thread(risk.assess, events, self._by())

    def plan(self, analysis: SecurityAnalysis) -> MitigationPlan:
        """What to do about it."""
        return mitigation.plan(analysis, self._by())

    async def pattern(self, told: str, events: Sequence[SecurityEvent], cache: Cache) -> PatternReport:
        """Known is a threat type of ours, and what was reported to this process before."""
        name = told.strip().lower().replace(" ", "_").replace("-", "_")
        seen = cache.get(f"pattern:{name}") is not None
        cache.put(f"pattern:{name}", len(events), _REMEMBERED_SECONDS)
        types = [(await self.analysis(event)).threat_type for event in events]
        similar = tuple(dict.fromkeys(one for one in types if one and one != name))[:_SIMILAR]
        listed = name in threats.TYPES
        confidence = 0.9 if listed else 0.6 if seen else 0.3
        return PatternReport(listed or seen, name if listed or seen else "", confidence, self._by(), similar)
