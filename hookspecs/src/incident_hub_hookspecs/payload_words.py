"""The words of senders, and what they mean here: severities, states, kinds, parts of an LLM system.

| severity | words (in any case) |
|---|---|
| P0 | p0 emergency fatal page panic disaster |
| P1 | p1 critical crit |
| P2 | p2 high error err major |
| P3 | p3 warning warn medium moderate minor |
| P4 | p4 info informational low none notice debug |
"""

from collections.abc import Mapping
from functools import lru_cache

from incident_hub_hookspecs.enums import AlertStatus, IncidentType, Severity
from incident_hub_hookspecs.errors import PayloadError
from incident_hub_hookspecs.records import NO_IDENTITY, LlmIdentity

__all__ = [
    "LLM_KEYS",
    "SEVERITY_WORDS",
    "STATUS_WORDS",
    "incident_type",
    "llm_identity",
    "severity",
    "status",
]

_SEVERITIES = {
    Severity.P0: "p0 emergency fatal page panic disaster",
    Severity.P1: "p1 critical crit",
    Severity.P2: "p2 high error err major",
    Severity.P3: "p3 warning warn medium moderate minor",
    Severity.P4: "p4 info informational low none notice debug",
}
_STATUSES = {
    AlertStatus.FIRING: "firing fire fired triggered trigger alerting alert open opened active problem "
    "failing new",
    AlertStatus.RESOLVED: "resolved resolve ok okay recovered recovery closed close cleared clear normal "
    "inactive",
}
# The earlier spelling of a field wins over the later one.
_LLM_SPELLINGS = {
    "provider": "provider llm_provider llm.provider gen_ai.provider.name gen_ai_provider_name "
    "gen_ai.system "
    "gen_ai_system llm.system",
    "model": "model model_name llm_model llm.model llm.model_name gen_ai.request.model gen_ai_request_model "
    "gen_ai.response.model gen_ai_response_model",
    "deployment": "deployment llm_deployment llm.deployment gen_ai.deployment gen_ai_deployment",
    "prompt_version": "prompt_version llm_prompt_version llm.prompt_version llm.prompt_template.version "
    "gen_ai.prompt.version gen_ai_prompt_version",
    "agent": "agent agent_name llm.agent gen_ai.agent.name gen_ai_agent_name",
    "tool": "tool tool_name llm.tool gen_ai.tool.name gen_ai_tool_name",
    "tenant": "tenant tenant_id llm.tenant gen_ai.tenant",
    "environment": "environment env llm.environment deployment.environment.name deployment.environment "
    "deployment_environment",
}

SEVERITY_WORDS: Mapping[str, Severity] = {w: level for level, ws in _SEVERITIES.items() for w in ws.split()}
STATUS_WORDS: Mapping[str, AlertStatus] = {w: state for state, ws in _STATUSES.items() for w in ws.split()}
LLM_KEYS: Mapping[str, str] = {w: name for name, ws in _LLM_SPELLINGS.items() for w in ws.split()}
_ORDER = {word: place for place, word in enumerate(LLM_KEYS)}
_KEY_SET = frozenset(LLM_KEYS)
_TYPES = {kind.value: kind for kind in IncidentType}


def severity(word: str) -> Severity | None:
    """The severity a word stands for; None for a word that stands for none."""
    return SEVERITY_WORDS.get(word) or SEVERITY_WORDS.get(word.strip().lower())


def status(word: str, path: str = "status") -> AlertStatus:
    """Firing or resolved; an unknown word is an error, as a guess could close a burning incident."""
    found = STATUS_WORDS.get(word) or STATUS_WORDS.get(word.strip().lower())
    if found is None:
        raise PayloadError("unknown_status", "neither a word for firing nor for resolved", path)
    return found


def incident_type(word: str) -> IncidentType:
    """The kind of incident that a word names, else UNKNOWN."""
    return _TYPES.get(word.strip().lower(), IncidentType.UNKNOWN) if word else IncidentType.UNKNOWN


def llm_identity(labels: Mapping[str, str]) -> LlmIdentity:
    """What labels say of an LLM system, in plain, `llm.*` or `gen_ai.*` spelling; nothing is guessed."""
    if _KEY_SET.isdisjoint(labels):
        return NO_IDENTITY
    return _identity(tuple([(key, labels[key]) for key in labels if key in _KEY_SET]))


@lru_cache(maxsize=1024)
def _identity(pairs: tuple[tuple[str, str], ...]) -> LlmIdentity:
    fields: dict[str, str] = {}
    for key, value in sorted(pairs, key=lambda pair: _ORDER[pair[0]]):
        if value:
            fields.setdefault(LLM_KEYS[key], value)
    return LlmIdentity(**fields) if fields else NO_IDENTITY
