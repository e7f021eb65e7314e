"""Values of incidents within PromQL: only in string literals, and there as nothing but text."""

import re

__all__ = ["open_quote", "promql_text"]

# A string literal, whole or up to the end, or a comment; whatever else there is between them.
_LITERAL = re.compile(r"""(["'])(?:\\.|(?!\1)[^\\])*(\1|\Z)|`[^`]*(`|\Z)|\#[^\n]*""", re.DOTALL)
_REGEX = re.compile(r"[=!]~\s*\Z")
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")


def open_quote(before: str) -> tuple[str, bool]:
    """The quote that opened the literal in which the text ends, "" for none, and whether it is a regex matcher's."""
    last = next(reversed(list(_LITERAL.finditer(before))), None)
    if last is None or last.end() < len(before) or last[0].startswith("#") or last[2] or last[3]:
        return "", False
    return last[0][0], bool(_REGEX.search(before[: last.start()]))


def promql_text(value: str, before: str) -> str:
    """The value as it stands in the literal that `before` opens; in a regex it means itself alone."""
    _, regex = open_quote(before)
    text = _META.sub(r"\\\g<0>", value) if regex else value
    return "".join(one if one.isprintable() and one not in "\\\"'" else _written(one) for one in text)


def _written(one: str) -> str:
    """As bytes of UTF-8, which all quotes of PromQL but the backtick take."""
    return "".join(f"\\x{byte:02x}" for byte in one.encode("utf-8", "replace"))
