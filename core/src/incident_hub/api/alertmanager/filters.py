"""Matchers as amtool and Grafana write them: `name="value"`, `!=`, `=~`, `!~`, bare or in braces."""

import re
from collections.abc import Iterable

from incident_hub.api.errors import HttpError
from incident_hub.intake.silence_draft import InvalidSilenceError, check_matcher
from incident_hub.intake.silences import Matcher

__all__ = ["parse_filter", "parse_filters"]

_MOST = 64
_LONGEST = 8192
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_HEAD = re.compile(rf"\s*(?:{_QUOTED}|([^\s{{}}!=~,\\\"'`]+))\s*(=~|!=|!~|=)\s*", re.DOTALL)
_VALUE = re.compile(rf'\s*(?:{_QUOTED}|([^,"]*))\s*(?:,|$)', re.DOTALL)
_WHOLE = re.compile(rf'(?:{_QUOTED}|([^"]*))\s*$', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def parse_filters(texts: Iterable[str]) -> list[Matcher]:
    """The matchers of all `filter` parameters; every one must hold."""
    found = [matcher for text in texts for matcher in parse_filter(text)]
    if len(found) > _MOST:
        raise HttpError(400, "bad_filter", f"more than {_MOST} matchers")
    return found


def parse_filter(text: str) -> list[Matcher]:
    """One matcher, or several in braces; raises `HttpError` 400 that quotes none of the text."""
    if len(text) > _LONGEST:
        raise _bad(f"longer than {_LONGEST} characters")
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        return _several(inner[1:-1])
    matcher, _ = _one(inner, 0, _WHOLE)
    return [matcher]


def _several(text: str) -> list[Matcher]:
    found: list[Matcher] = []
    at = 0
    while text[at:].strip():
        if len(found) == _MOST:
            raise _bad(f"more than {_MOST} matchers")
        matcher, at = _one(text, at, _VALUE)
        found.append(matcher)
    return found


def _one(text: str, at: int, rest: re.Pattern[str]) -> tuple[Matcher, int]:
    head = _HEAD.match(text, at)
    if head is None:
        raise _bad('expected name="value", with one of = != =~ !~')
    value = rest.match(text, head.end())
    if value is None:
        raise _bad("the value's quotes are not closed, or stand inside it")
    name = head[2] if head[1] is None else _plain(head[1])
    said = value[2].strip() if value[1] is None else _plain(value[1])
    matcher = Matcher(name, said, is_regex="~" in head[3], is_equal=head[3][0] != "!")
    try:
        check_matcher(matcher)
    except InvalidSilenceError as error:
        raise _bad(str(error)) from None
    return matcher, value.end()


def _plain(quoted: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), quoted)


def _bad(why: str) -> HttpError:
    return HttpError(400, "bad_filter", f"bad matcher format: {why}")
