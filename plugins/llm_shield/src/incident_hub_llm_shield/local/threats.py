"""Threat types: how one is recognised in words, and how bad it is when nobody said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from incident_hub_hookspecs import Provenance
from incident_hub_hookspecs.llm import SecurityAnalysis, SecurityEvent

from incident_hub_llm_shield.detect.injection import THRESHOLD, judge
from incident_hub_llm_shield.detect.model import shipped_model

__all__ = ["SEVERITIES", "TYPES", "analyse", "phrases_in", "worse"]

SEVERITIES = ("low", "medium", "high", "critical")
UNSAID = "medium"
THREATS_FILE = "threats.txt"
_WORD = re.compile(r"[^\W_]+")
_SYSTEMS = (
    "service",
    "model",
    "deployment",
    "agent",
    "tool",
    "tenant",
    "host",
    "instance",
    "endpoint",
    "app",
)
_TEXT_LIMIT = 8192


@dataclass(frozen=True, slots=True)
class ThreatType:
    """`events` are the event types that mean it by themselves, `phrases` what people and tools write."""

    severity: str
    events: tuple[str, ...]
    phrases: tuple[str, ...]


def _types() -> dict[str, ThreatType]:
    text = (files(__package__) / THREATS_FILE).read_text(encoding="utf-8")
    rows = [line.split("; ") for line in text.splitlines() if not line.startswith("#")]
    return {
        name: ThreatType(severity, tuple(events.split()), tuple(phrases.split(", ")))
        for name, severity, events, phrases in rows
    }


TYPES: Mapping[str, ThreatType] = _types()
_BY_EVENT = {event: name for name, one in TYPES.items() for event in one.events}


def _expression() -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    names = {phrase: name for name, one in TYPES.items() for phrase in one.phrases}
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(" (" + "|".join(map(re.escape, longest_first)) + ")(?= )")
    return pattern, names, frozenset(phrase.split()[0] for phrase in names)


_PHRASES, _NAMES, _FIRST_WORDS = _expression()


def phrases_in(text: str) -> dict[str, list[str]]:
    """The phrases of each threat type in a text; most texts are cleared by their words alone."""
    words = _WORD.findall(text[:_TEXT_LIMIT].lower())
    if _FIRST_WORDS.isdisjoint(words):
        return {}
    found: dict[str, list[str]] = {}
    for phrase in dict.fromkeys(_PHRASES.findall(f" {' '.join(words)} ")):
        found.setdefault(_NAMES[phrase], []).append(phrase)
    return found


def worse(*severities: str) -> str:
    """The worst of them; a word that is no severity counts as unsaid, never as low."""
    return max((one if one in SEVERITIES else UNSAID for one in severities), key=SEVERITIES.index)


def analyse(event: SecurityEvent, by: Provenance) -> SecurityAnalysis:
    """The threat type that words, the event's own type and the model speak for most."""
    scores: dict[str, float] = {}
    indicators: list[str] = []
    for name, phrases in phrases_in(event.description).items():
        scores[name] = min(0.95, 0.65 + 0.1 * len(phrases))
        indicators += [f'says "{phrase}"' for phrase in phrases[:3]]
    if told := _BY_EVENT.get("".join(_WORD.findall(event.type.lower()))):
        scores[told] = max(scores.get(told, 0.0) + 0.1, 0.8)
        indicators.append(f"reported as {event.type}")
    _ask_model(event, scores, indicators)
    threat = max(scores, key=scores.__getitem__, default="")
    severity = worse(event.severity.lower(), TYPES[threat].severity if threat else UNSAID)
    if event.severity.lower() in SEVERITIES:
        severity = event.severity.lower()
    return SecurityAnalysis(
        threat, round(min(scores.get(threat, 0.0), 0.99), 4), severity, by, tuple(indicators), _systems(event)
    )


def _ask_model(event: SecurityEvent, scores: dict[str, float], indicators: list[str]) -> None:
    """A description often quotes the prompt: the model says whether it holds an attack."""
    verdict = judge(event.description[:_TEXT_LIMIT], shipped_model())
    if verdict.probability >= THRESHOLD:
        jailbreak = {"jailbreak persona", "refusal suppression"} & set(verdict.families)
        name = "jailbreak" if jailbreak else "prompt_injection"
        scores[name] = max(scores.get(name, 0.0), 0.4 + 0.5 * verdict.probability)
        indicators.append(
            f"holds an attack on a model: {', '.join(verdict.families) or 'its wording as a whole'}"
        )


def _systems(event: SecurityEvent) -> tuple[str, ...]:
    return tuple(f"{key}:{event.metadata[key]}" for key in _SYSTEMS if event.metadata.get(key))
