"""The four services of an LLM platform, as deterministic fakes: the same question, the same answer."""

from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import sha256

from incident_hub_hookspecs import llm
from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.records import Alert, Incident

__all__ = ["FakeEdgeAgent", "FakeGovernance", "FakeSentinel", "FakeShield"]


def _by(context: CallContext) -> llm.Provenance:
    return llm.Provenance(context.plugin.name, "local", "fake")


def _share(text: str) -> float:
    """A number from 0 to 1 that a text always gives."""
    return int.from_bytes(sha256(text.encode("utf-8", "replace")).digest()[:2]) / 0xFFFF


class FakeSentinel:
    """Finds a title that holds `anomaly` out of the ordinary, and a last value ten times the mean."""

    def __init__(self, alerts: Sequence[Alert] = ()) -> None:
        self.alerts = alerts

    async def fetch_alerts(self, limit: int, context: CallContext) -> Sequence[Alert]:  # noqa: ARG002
        """The given alerts."""
        return list(self.alerts[:limit])

    async def analyze_anomaly(self, incident: Incident, context: CallContext) -> llm.AnomalyAnalysis:
        """By the title."""
        found = "anomaly" in incident.title.lower()
        return llm.AnomalyAnalysis(found, _share(incident.title), _by(context))

    async def predict_severity(self, incident: Incident, context: CallContext) -> llm.SeverityPrediction:
        """As it is."""
        return llm.SeverityPrediction(incident.severity, 0.5, _by(context), "as it is")

    async def detect(
        self, series: Mapping[str, Sequence[float]], context: CallContext
    ) -> Mapping[str, llm.AnomalyAnalysis]:
        """Series of at least two values."""
        long = {name: values for name, values in series.items() if len(values) > 1}
        return {
            name: llm.AnomalyAnalysis(values[-1] > 10 * _mean(values[:-1]), 0.5, _by(context))
            for name, values in long.items()
        }


class FakeShield:
    """Finds texts that hold `attack` dangerous, and everything else harmless."""

    async def scan_prompts(self, prompts: Sequence[str], context: CallContext) -> Sequence[llm.TextScan]:
        """By the word."""
        return [self._scan(prompt, context) for prompt in prompts]

    async def scan_outputs(
        self, pairs: Sequence[tuple[str, str]], context: CallContext
    ) -> Sequence[llm.TextScan]:
        """By the word in the output."""
        return [self._scan(output, context) for _, output in pairs]

    def _scan(self, text: str, context: CallContext) -> llm.TextScan:
        bad = "attack" in text.lower()
        return llm.TextScan(not bad, float(bad), _by(context), text)

    async def analyze_security_event(
        self, event: llm.SecurityEvent, context: CallContext
    ) -> llm.SecurityAnalysis:
        """Its own type."""
        return llm.SecurityAnalysis(event.type[:100], _share(event.id), event.severity, _by(context))

    async def assess_risk(
        self, events: Sequence[llm.SecurityEvent], context: CallContext
    ) -> llm.RiskAssessment:
        """The more events, the more risk."""
        score = len(events) / (len(events) + 1)
        return llm.RiskAssessment("high" if score >= 0.5 else "low", score, _by(context))

    async def generate_mitigation_plan(
        self,
        analysis: llm.SecurityAnalysis,  # noqa: ARG002
        context: CallContext,
    ) -> llm.MitigationPlan:
        """Two steps."""
        steps = (
            llm.MitigationStep(1, "isolate", "Stop the traffic."),
            llm.MitigationStep(2, "rotate", "Replace the keys.", after=(1,)),
        )
        return llm.MitigationPlan(steps, 15, "high", _by(context))

    async def report_security_pattern(
        self,
        type: str,  # noqa: A002
        events: Sequence[llm.SecurityEvent],
        context: CallContext,
    ) -> llm.PatternReport:
        """Never seen before."""
        return llm.PatternReport(False, type, _share(str(len(events))), _by(context))


class FakeEdgeAgent:
    """Echoes each input; what may wait is queued while `online` is False, until `sync`."""

    def __init__(self) -> None:
        self.online = True
        self.queue: list[llm.InferenceRequest] = []
        self._batches: dict[str, llm.BatchReceipt] = {}

    async def infer(self, request: llm.InferenceRequest, context: CallContext) -> llm.InferenceResult:
        """The input, once more."""
        if self.online:
            return llm.InferenceResult(request.id, "completed", _by(context), request.input)
        if not request.allow_offline_queue:
            return llm.InferenceResult(request.id, "failed", _by(context), error="no link")
        self.queue.append(request)
        return llm.InferenceResult(request.id, "queued", _by(context))

    async def stream_inference(
        self, requests: AsyncIterator[llm.InferenceRequest], context: CallContext
    ) -> AsyncIterator[llm.InferenceResult]:
        """One result a request."""
        async for request in requests:
            yield await self.infer(request, context)

    async def submit_batch(
        self,
        batch_id: str,
        requests: Sequence[llm.InferenceRequest],
        context: CallContext,  # noqa: ARG002
    ) -> llm.BatchReceipt:
        """The same receipt for the same batch."""
        if batch_id not in self._batches:
            self.queue += requests
            self._batches[batch_id] = llm.BatchReceipt(batch_id, len(requests), len(requests))
        return self._batches[batch_id]

    async def sync(self, context: CallContext) -> llm.SyncResult:
        """Deliver everything, the urgent first."""
        waiting = sorted(self.queue, key=lambda one: -one.priority)
        self.queue = []
        return llm.SyncResult(tuple(one.id for one in waiting), (), context.plugin.clock.now())

    async def resource_usage(self, context: CallContext) -> Sequence[llm.ResourceUsage]:
        """One idle node."""
        now = context.plugin.clock.now()
        return [llm.ResourceUsage("node-1", now, 1.0, 2.0, None, 0, len(self.queue))]


class FakeGovernance:
    """Knows one framework with one rule, which never has its evidence."""

    async def check_compliance(
        self, check: llm.ComplianceCheck, context: CallContext
    ) -> llm.ComplianceReport:
        """Unknown, for want of evidence."""
        unknown = llm.RuleResult("records kept", "GDPR", llm.RuleOutcome.UNKNOWN, "low", "Art. 30")
        results = (unknown,) if "GDPR" in check.frameworks else ()
        return llm.ComplianceReport(results, context.plugin.clock.now(), _by(context))

    async def audit_report(self, incident: Incident, context: CallContext) -> llm.AuditReport:
        """The incident's id and version."""
        content = {"id": incident.id, "version": incident.version}
        return llm.AuditReport(incident.id, context.plugin.clock.now(), content, _by(context))

    async def metrics(self, context: CallContext) -> Mapping[str, float]:  # noqa: ARG002
        """One figure."""
        return {"checks_total": 0.0}

    async def frameworks(self, context: CallContext) -> Sequence[str]:  # noqa: ARG002
        """One."""
        return ["GDPR"]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
