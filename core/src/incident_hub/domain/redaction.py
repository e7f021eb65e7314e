"""Takes credentials out of text before it is stored: alert text is hostile, and often careless."""

import re

__all__ = ["redact"]

_MARK = "[redacted]"
# What a secret leaves in sight, by a rarer character that must be there too: most texts are cleared by few looks.
_HINTS = {
    "": ("sk-", "earer ", "asic ", "@", "assw", "oken", "ecret", "pikey", "pi-key", "xox"),
    "_": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "pi_key"),
    "K": ("AKIA", "TOKEN", "API_KEY"),
    "I": ("ASIA", "AIza"),
    "J": ("eyJ",),
    "B": ("-----BEGIN",),
    "W": ("PASSW",),
    "C": ("SECRET",),
}
_ALWAYS = _HINTS.pop("")
_TOKENS = re.compile(
    r"\bsk-[A-Za-z0-9_-]{16,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bAIza[A-Za-z0-9_-]{30,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END)[^\"])*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
)
_SCHEME = re.compile(r"(?i)\b(bearer|basic) +[A-Za-z0-9._~+/=-]{12,}")
_URL_PASSWORD = re.compile(r"(://[^\s/:@\"\\]{1,64}:)[^\s/@\"\\]{1,256}@")
_ASSIGNED = re.compile(
    r"(?i)((?:api[_-]?key|password|passwd|secret|access[_-]?token|auth[_-]?token|client[_-]?secret)"
    r"(?:\\?\")?\s*[:=]\s*(?:\\?\")?)(?!\[redacted\])[^\s\"'\\,;&}]{4,}"
)


def redact(text: str) -> str:
    """The text without keys, tokens, passwords in URLs and assigned secrets.

    Works on plain text and on JSON text: no pattern crosses a quote, so JSON stays JSON. Every
    pattern is linear. A cheap look for the marks of a secret spares most texts the search.
    """
    if not _suspicious(text):
        return text
    text = _TOKENS.sub(_MARK, text)
    text = _SCHEME.sub(rf"\1 {_MARK}", text)
    text = _URL_PASSWORD.sub(rf"\1{_MARK}@", text)
    return _ASSIGNED.sub(rf"\1{_MARK}", text)


def _suspicious(text: str) -> bool:
    for hint in _ALWAYS:
        if hint in text:
            return True
    for guard, hints in _HINTS.items():
        if guard in text:
            for hint in hints:
                if hint in text:
                    return True
    return False
