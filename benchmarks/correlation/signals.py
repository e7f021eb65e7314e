"""How a fault shows: what the monitors of a service say, with some of what they know left out."""

import random
from dataclasses import dataclass

from topology import Agent

__all__ = ["Signal", "signal"]

SYMPTOMS = {
    "errors": ("{s} answers 5xx", "Error rate of {s} above 5 %", "{s}: requests fail", "HighErrorRate {s}"),
    "latency": (
        "p95 latency of {s} above 8 s",
        "{s} is slow",
        "LatencyHigh {s}",
        "{s}: time to first token rises",
    ),
    "provider": (
        "{p} answers 503 to {s}",
        "{s}: {p} unavailable",
        "LLMProviderErrors {s}",
        "calls of {s} to {p} time out",
    ),
    "quality": ("Groundedness of {s} below 0.7", "{s}: hallucination rate rises", "Eval score of {s} drops"),
    "tool": ("{s}: tool {t} fails", "Tool calls of {s} to {t} time out", "ToolErrors {s}"),
    "limit": ("{s}: rate limited by {p}", "429 from {p} for {s}", "Quota of {p} used up by {s}"),
    "cost": ("Cost of {s} runs away", "Token spend of {s} above budget"),
    "node": ("Pod of {s} not ready", "{s} restarts", "OOM of {s}", "GPU throttling under {s}"),
    "disk": (
        "Disk of {s} 91 % full",
        "Certificate of {s} ends in 9 days",
        "Backup of {s} took longer than usual",
    ),
}
SOURCES = {
    "quality": "evals",
    "cost": "billing",
    "provider": "gateway",
    "limit": "gateway",
    "tool": "agent-traces",
}
KNOWN = 0.85  # how often a monitor names a thing that it could name


@dataclass(frozen=True, slots=True)
class Signal:
    """One incident to be: `cause` is the fault it belongs to, `at` seconds from the storm's begin."""

    at: float
    cause: str
    service: str
    title: str
    source: str
    labels: dict[str, str]
    llm: dict[str, str]


def signal(rng: random.Random, agent: Agent, symptom: str, at: float, cause: str, tenant: str = "") -> Signal:
    """What one monitor says of one service."""
    title = rng.choice(SYMPTOMS[symptom]).format(
        s=agent.name, p=agent.provider or "provider", t=agent.tool or "tool"
    )
    labels = {"service": agent.name, "node": agent.node, "zone": agent.zone, "alertname": symptom}
    llm = {
        "provider": agent.provider,
        "model": agent.model,
        "deployment": agent.deployment if symptom in ("errors", "latency", "node") else "",
        "prompt_version": agent.prompt if symptom == "quality" else "",
        "tool": agent.tool if symptom == "tool" else "",
        "tenant": tenant,
    }
    if symptom in ("node", "disk"):
        llm = {"deployment": agent.deployment}
    labels = {
        key: value for key, value in labels.items() if value and (key == "alertname" or rng.random() < KNOWN)
    }
    llm = {key: value for key, value in llm.items() if value and rng.random() < KNOWN}
    return Signal(at, cause, agent.name, title, SOURCES.get(symptom, "prometheus"), labels, llm)
