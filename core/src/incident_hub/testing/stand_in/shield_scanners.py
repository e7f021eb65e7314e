"""What the stand-in finds in a text, and how it is reported."""

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["SCANNERS", "scan"]

_ATTACK = re.compile(
    r"(?i)ignore (?:all |any )?(?:previous|prior) instructions|system prompt|do anything now|jailbreak"
)
SCANNERS = {
    "prompt_injection": (_ATTACK, 0.9, "critical", "instruction"),
    "secrets": (re.compile(r"\bsk-[A-Za-z0-9]{20,}|\bAKIA[A-Z0-9]{16}\b"), 0.8, "high", "api_key"),
    "sensitive": (re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,10}\b"), 0.4, "medium", "email"),
    "toxicity": (re.compile(r"(?i)\byou idiot\b"), 0.6, "medium", "insult"),
}


def scan(text: str, names: Sequence[str]) -> dict[str, Any]:
    """The result of the named scanners."""
    results, clean = [], text
    for name in names:
        pattern, score, severity, kind = SCANNERS[name]
        found = list(pattern.finditer(text))
        results.append(_result(name, found, score, severity, kind))
        clean = pattern.sub(f"[{kind.upper()}]", clean)
    risk = max((one["riskScore"] for one in results), default=0.0)
    valid = all(one["isValid"] for one in results)
    return {"isValid": valid, "riskScore": risk, "sanitizedText": clean, "scannerResults": results}


def _result(
    name: str, found: Sequence[re.Match[str]], score: float, severity: str, kind: str
) -> dict[str, Any]:
    entities = [
        {"entityType": kind, "text": one[0], "start": one.start(), "end": one.end(), "confidence": 1.0}
        for one in found
    ]
    factors = [{"description": f"{len(found)} found", "severity": severity, "score": score}] if found else []
    return {
        "scanner": name,
        "isValid": not found,
        "riskScore": score if found else 0.0,
        "riskFactors": factors,
        "entities": entities,
        "executionTimeMs": 0,
    }
