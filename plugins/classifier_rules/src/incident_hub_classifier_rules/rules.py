"""The rules, in the order in which they are asked: the first that matches decides.

A phrase is lower-case words; between words in a text anything but letters and digits may stand.
"""

from dataclasses import dataclass

from incident_hub_hookspecs import IncidentType, Severity

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of the phrases means this kind and, where justified, this severity."""

    name: str
    phrases: tuple[str, ...]
    type: IncidentType | None
    severity: Severity | None = None
    confidence: float = 0.7


def _rule(
    name: str, phrases: str, kind: IncidentType, severity: Severity | None = None, confidence: float = 0.7
) -> Rule:
    return Rule(name, tuple(phrase.strip() for phrase in phrases.split(",")), kind, severity, confidence)


RULES: tuple[Rule, ...] = (
    _rule(
        "attack or leak",
        "prompt injection, prompt injections, promptinjection, jailbreak, jailbreaks, jailbroken, data leak, "
        "data leakage, data exfiltration, exfiltration, prompt leak, system prompt leak, secret leaked, "
        "credential leak, credentials leaked, api key leaked",
        IncidentType.SECURITY,
        Severity.P1,
        0.85,
    ),
    _rule(
        "personal data",
        "pii, phi, personal data, gdpr, hipaa, policy violation, compliance violation, data residency",
        IncidentType.COMPLIANCE,
        Severity.P2,
        0.75,
    ),
    _rule(
        "guardrail",
        "guardrail, guardrails, guardrails triggered, content filter, content policy, moderation, toxicity, "
        "toxic output",
        IncidentType.SECURITY,
        None,
        0.65,
    ),
    _rule(
        "provider outage",
        "provider outage, provider down, provider unavailable, api outage, api down, model unavailable, "
        "model overloaded, overloaded error, service unavailable, http 503, status 503, status code 503, "
        "error 529, outage, all requests failing",
        IncidentType.AVAILABILITY,
        Severity.P1,
        0.75,
    ),
    _rule(
        "rate limit",
        "rate limit, rate limits, rate limited, ratelimit, rate limiting, ratelimiterror, too many requests, "
        "http 429, status 429, status code 429, error 429, code 429, 429s, quota exceeded, "
        "insufficient quota, throttled, throttling",
        IncidentType.AVAILABILITY,
        Severity.P2,
        0.8,
    ),
    _rule(
        "cost",
        "cost spike, cost anomaly, cost runaway, budget exceeded, budget crossed, over budget, budget alert, "
        "spend limit, spending limit, token runaway, runaway tokens, runaway agent, token usage spike, "
        "token budget",
        IncidentType.APPLICATION,
        Severity.P2,
        0.7,
    ),
    _rule(
        "answer quality",
        "hallucination, hallucinations, hallucinating, hallucinated, hallucination rate, groundedness, "
        "faithfulness, eval score, evaluation score, eval failed, evaluation failed, answer quality, "
        "quality score, quality drop, quality regression, feedback score",
        IncidentType.APPLICATION,
        None,
        0.75,
    ),
    _rule(
        "drift",
        "data drift, model drift, concept drift, embedding drift, prompt drift, drift detected, drift score, "
        "distribution shift, training data, data quality",
        IncidentType.DATA,
        None,
        0.7,
    ),
    _rule(
        "vector store",
        "vector store, vector db, vector database, vector index, embedding index, embeddings, embedding, "
        "pinecone, qdrant, weaviate, milvus, pgvector",
        IncidentType.DATA,
        None,
        0.6,
    ),
    _rule(
        "machines",
        "gpu, gpus, cuda, vram, oom, oomkilled, out of memory, node down, node not ready, nodenotready, "
        "disk full, disk pressure, crashloopbackoff, kubelet, xid error, nvlink",
        IncidentType.INFRASTRUCTURE,
        None,
        0.65,
    ),
    _rule(
        "slow",
        "latency, latencies, timeout, timeouts, timed out, deadline exceeded, time to first token, ttft, "
        "slow response, slow responses, p95, p99, tokens per second",
        IncidentType.PERFORMANCE,
        None,
        0.7,
    ),
)
