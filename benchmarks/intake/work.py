"""The alerts that are sent: the same for every side of a ratio, about 600 bytes each."""

from dataclasses import dataclass

__all__ = ["ALERTA", "GENERIC", "PROMETHEUS", "RECENT", "Form"]

RECENT = 1000  # a duplicate repeats one of so many fingerprints before it
_NUMBER = "@N@"


@dataclass(frozen=True, slots=True)
class Form:
    """How one door wants an alert. `alert` holds the place of the number that makes it another one."""

    path: str
    alert: str
    listed: bool

    def pieces(self) -> list[str]:
        """The text before, between and after the places of the number."""
        return self.alert.split(_NUMBER)


_LABELS = (
    '"alertname":"LlmLatencyHigh-@N@","provider":"provider-a","model":"large-2","deployment":"eu-west-1",'
    '"agent":"support-triage","environment":"production","tenant":"acme","instance":"gateway-7:9100","case":"c-@N@"'
)
_NOTES = (
    '"summary":"The 95th percentile of completions is above the budget of this deployment",'
    '"runbook_url":"https://runbooks.example/llm/latency?deployment=eu-west-1&since=15m"'
)

GENERIC = Form(
    "/webhooks/generic",
    '{"title":"Completion latency of deployment @N@ is high","source":"bench","severity":"P2",'
    '"description":"p95 was 8.4 s over 5 minutes, the budget is 4 s; 1,204 requests were concerned",'
    f'"labels":{{{_LABELS}}},"annotations":{{{_NOTES}}}}}',
    listed=False,
)
PROMETHEUS = Form(
    "/api/v2/alerts",
    f'{{"labels":{{{_LABELS},"severity":"critical"}},"annotations":{{{_NOTES}}},'
    '"generatorURL":"http://prometheus.example:9090/graph?g0.expr=llm_latency_seconds&g0.tab=1"}',
    listed=True,
)
ALERTA = Form(
    "/alert",
    '{"resource":"deployment-@N@","event":"LlmLatencyHigh","environment":"Production","severity":"major",'
    '"service":["llm"],"group":"Performance","value":"8.4 s","text":"The 95th percentile is above the budget",'
    f'"origin":"bench","tags":["provider=provider-a","model=large-2"],"attributes":{{{_NOTES}}}}}',
    listed=False,
)
