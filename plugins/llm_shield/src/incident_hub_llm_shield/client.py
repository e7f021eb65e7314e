"""The plugin's one `ShieldClient`: the service where there is one, ourselves for the rest, never in silence."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, DeliveryError
from incident_hub_hookspecs.llm import (
    MitigationPlan,
    PatternReport,
    RiskAssessment,
    SecurityAnalysis,
    SecurityEvent,
    ShieldClient,
    TextScan,
)

from incident_hub_llm_shield.live.engine import LiveShield
from incident_hub_llm_shield.local.engine import LocalShield
from incident_hub_llm_shield.settings import Settings

__all__ = ["Shield"]


class Shield(ShieldClient):
    """Scans go to the service. It serves no analysis, risk or plan, so those are always local."""

    def __init__(self, plugin: str, settings: Settings) -> None:
        self._local = LocalShield(plugin, settings.threshold)
        self._live = LiveShield(plugin, settings) if settings.live else None
        self._fall_back = settings.fall_back

    async def scan_prompts(self, prompts: Sequence[str], context: CallContext) -> Sequence[TextScan]:
        """One scan a prompt, in order."""
        if self._live is None:
            return await self._local.prompts(prompts)
        try:
            return await self._live.scan_prompts(prompts, context)
        except DeliveryError as error:
            return await self._local.prompts(prompts, self._instead(error))

    async def scan_outputs(
        self, pairs: Sequence[tuple[str, str]], context: CallContext
    ) -> Sequence[TextScan]:
        """One scan a (prompt, output), in order."""
        outputs = [output for _, output in pairs]
        if self._live is None:
            return await self._local.outputs(outputs)
        try:
            return await self._live.scan_outputs(pairs, context)
        except DeliveryError as error:
            return await self._local.outputs(outputs, self._instead(error))

    async def analyze_security_event(self, event: SecurityEvent, _context: CallContext) -> SecurityAnalysis:
        """What kind of threat it is."""
        return await self._local.analysis(event)

    async def assess_risk(self, events: Sequence[SecurityEvent], _context: CallContext) -> RiskAssessment:
        """How dangerous they are together."""
        return await self._local.risk(events)

    async def generate_mitigation_plan(
        self, analysis: SecurityAnalysis, _context: CallContext
    ) -> MitigationPlan:
        """What to do about it."""
        return self._local.plan(analysis)

    async def report_security_pattern(
        self,
        type: str,  # noqa: A002 - the contract's word
        events: Sequence[SecurityEvent],
        context: CallContext,
    ) -> PatternReport:
        """Tell the service, which only takes note, and say ourselves whether the pattern is known."""
        if self._live is not None:
            await self._live.tell(type, events, context)
        return await self._local.pattern(type, events, context.cache)

    def _instead(self, error: DeliveryError) -> str:
        """Why we answer ourselves; raises again when we must not, or when the question was wrong."""
        if self._fall_back and error.retry:
            return f"Shield did not answer: {error}"
        raise error
