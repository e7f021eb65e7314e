"""Finds what should not be in a text, and writes the text without it. Every pattern is linear."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from incident_hub_hookspecs.llm import TextEntity

from incident_hub_llm_shield.sensitive import checksums

__all__ = ["SECRETS", "find", "without"]

_ENTROPY = 3.5


@dataclass(frozen=True, slots=True)
class _Detector:
    """`hint` must be in the text for the pattern to be tried; group `value`, if any, is what counts."""

    kind: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool] = bool
    confidence: float = 0.95
    hint: str = ""


def _random(text: str) -> bool:
    """Whether the letters are spread as in a key, not as in a word."""
    shares = [text.count(c) / len(text) for c in set(text)]
    spread = -sum(share * log2(share) for share in shares)
    return spread >= _ENTROPY and any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _of(
    kind: str, pattern: str, check: Callable[[str], bool] = bool, confidence: float = 0.95, hint: str = ""
) -> _Detector:
    return _Detector(kind, re.compile(pattern), check, confidence, hint)


_SECRETS = (
    _of(
        "private_key",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END)[\s\S]){0,8192}(?:-----END [A-Z ]*PRIVATE KEY-----)?",
        hint="-----BEGIN",
    ),
    _of(
        "jwt", r"\beyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]*", checksums.jwt, hint="eyJ"
    ),
    _of("aws_access_key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    _of("github_token", r"\bgh[pousr]_[A-Za-z0-9]{36}\b", checksums.github, hint="gh"),
    _of("github_token", r"\bgithub_pat_[A-Za-z0-9_]{22,255}", hint="github_pat_"),
    _of("slack_token", r"\bxox[abeprs]-[A-Za-z0-9-]{10,255}", hint="xox"),
    _of("google_api_key", r"\bAIza[A-Za-z0-9_-]{35}\b", hint="AIza"),
    _of("stripe_key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}", hint="k_"),
    _of("llm_api_key", r"\bsk-[A-Za-z0-9_-]{20,255}", hint="sk-"),
    _of("gitlab_token", r"\bglpat-[A-Za-z0-9_-]{20,255}", hint="glpat-"),
    _of("npm_token", r"\bnpm_[A-Za-z0-9]{36}\b", hint="npm_"),
    _of("url_password", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,64}:(?P<value>[^\s/@]{3,128})@", hint="://"),
    _of("bearer_token", r"(?i)\bbearer +(?P<value>[A-Za-z0-9._~+/-]{16,2048}=*)", confidence=0.8),
    _of(
        "assigned_secret",
        r"(?i)\b[a-z0-9_.-]{0,32}(?:api[_-]?key|passwor[dt]|passwd|secret|access[_-]?token|auth[_-]?token)[\"']?\s{0,4}(?::=|=>|[:=])\s{0,4}[\"']?"
        r"(?P<value>[^\s\"',;&<>(){}\[\]]{6,256})",
        lambda text: _random(text) or not text.isalpha(),
        0.75,
    ),
    _of(
        "random_key", r"(?<![A-Za-z0-9/+=_-])[A-Za-z0-9+/_-]{40,256}={0,2}(?![A-Za-z0-9/+=_-])", _random, 0.5
    ),
)
_PERSONAL = (
    _of(
        "email",
        r"\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b",
        hint="@",
    ),
    _of("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", checksums.iban),
    _of("card_number", r"(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.-]?\d)", checksums.luhn),
    _of("social_security_number", r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])", checksums.social_security, 0.85),
    _of(
        "phone",
        r"(?<![\w+.-])(?<!\d )(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(\d{1,5}\)[ ./-]?)?"
        r"\d{1,5}(?:[ ./-]?\d{2,5}){1,5}(?![\w-])",
        checksums.phone,
        0.8,
    ),
    _of("phone", r"(?<![\w+.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])", checksums.phone, 0.7),
)
SECRETS = frozenset(one.kind for one in _SECRETS)


def find(text: str) -> list[TextEntity]:
    """What is there, in the order of the text; of two that overlap the one found first counts."""
    found: list[TextEntity] = []
    for one in (*_SECRETS, *_PERSONAL):
        if one.hint and one.hint not in text:
            continue
        for match in one.pattern.finditer(text):
            group = "value" if "value" in one.pattern.groupindex else 0
            start, end = match.span(group)
            if one.check(match[group]) and not any(
                start < other.end and other.start < end for other in found
            ):
                found.append(TextEntity(one.kind, start, end, one.confidence))
    return sorted(found, key=lambda entity: entity.start)


def without(text: str, entities: Sequence[TextEntity]) -> str:
    """The text with a mark in the place of each entity."""
    for one in sorted(entities, key=lambda entity: entity.start, reverse=True):
        text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
    return text
