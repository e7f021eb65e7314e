"""The four services of an LLM platform that the hub talks to, each behind a typed protocol.

A plugin returns an `LlmClient` from `register_llm_clients`; `kind` says which protocol `client` speaks.
Every answer carries its provenance: which engine gave it, so that nobody takes a local estimate for the
service's own word.
"""

from incident_hub_hookspecs.llm.client import LlmClient, LlmKind, Provenance
from incident_hub_hookspecs.llm.edge_agent import (
    BatchReceipt,
    EdgeAgentClient,
    InferenceRequest,
    InferenceResult,
    ResourceUsage,
    SyncResult,
)
from incident_hub_hookspecs.llm.governance import (
    AuditReport,
    ComplianceCheck,
    ComplianceReport,
    GovernanceClient,
    RuleOutcome,
    RuleResult,
)
from incident_hub_hookspecs.llm.sentinel import (
    AnomalyAnalysis,
    AnomalyFactor,
    SentinelClient,
    SeverityPrediction,
)
from incident_hub_hookspecs.llm.shield import (
    MitigationPlan,
    MitigationStep,
    PatternReport,
    RiskAssessment,
    RiskFactor,
    SecurityAnalysis,
    SecurityEvent,
    ShieldClient,
    TextEntity,
    TextScan,
)

__all__ = [
    "AnomalyAnalysis",
    "AnomalyFactor",
    "AuditReport",
    "BatchReceipt",
    "ComplianceCheck",
    "ComplianceReport",
    "EdgeAgentClient",
    "GovernanceClient",
    "InferenceRequest",
    "InferenceResult",
    "LlmClient",
    "LlmKind",
    "MitigationPlan",
    "MitigationStep",
    "PatternReport",
    "Provenance",
    "ResourceUsage",
    "RiskAssessment",
    "RiskFactor",
    "RuleOutcome",
    "RuleResult",
    "SecurityAnalysis",
    "SecurityEvent",
    "SentinelClient",
    "SeverityPrediction",
    "ShieldClient",
    "SyncResult",
    "TextEntity",
    "TextScan",
]
