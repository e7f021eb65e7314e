"""The rules, in the order in which they are asked: the first that matches decides.

A phrase is lower-case words; between words in a text anything but letters and digits may stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, IncidentType, Severity

__all__ = ["RULES", "Rule", "configured_rules"]

KEYS = frozenset({"any", "type", "severity", "confidence"})


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


def configured_rules(config: Mapping[str, object]) -> tuple[Rule, ...]:
    """The rules under `rules`, or a `ConfigError` that names the key."""
    for key in config:
        if key != "rules":
            raise ConfigError("unknown key", key)
    rules = config.get("rules", [])
    if not isinstance(rules, (list, tuple)):
        raise ConfigError("expected a list", "rules")
    return tuple(_configured(value, f"rules[{at}]") for at, value in enumerate(rules))


def _configured(value: object, path: str) -> Rule:
    if not isinstance(value, Mapping):
        raise ConfigError("expected a table", path)
    for key in value:
        if key not in KEYS:
            raise ConfigError("unknown key", f"{path}.{key}")
    kind, severity = value.get("type"), value.get("severity")
    if kind is None and severity is None:
        raise ConfigError("needs a type or a severity", path)
    if kind is not None and kind not in list(IncidentType):
        raise ConfigError("no such type", f"{path}.type")
    if severity is not None and severity not in list(Severity):
        raise ConfigError("expected P0, P1, P2, P3 or P4", f"{path}.severity")
    return Rule(
        name=f"configured rule {path}",
        phrases=_phrases(value.get("any"), f"{path}.any"),
        type=IncidentType(kind) if kind is not None else None,
        severity=Severity(severity) if severity is not None else None,
        confidence=_confidence(value.get("confidence", 0.9), f"{path}.confidence"),
    )


def _phrases(value: object, path: str) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and value:
        words = [word for word in value if isinstance(word, str) and any(map(str.isalnum, word))]
        if len(words) == len(value):
            return tuple(words)
    raise ConfigError("expected a list of words or phrases", path)


def _confidence(value: object, path: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ConfigError("expected a number from 0 to 1", path)
