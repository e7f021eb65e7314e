"""A silence that somebody wants, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from incident_hub.domain.patterns import UnsafePatternError, check_pattern
from incident_hub.domain.redaction import redact
from incident_hub.intake.silences import Matcher

__all__ = ["InvalidSilenceError", "SilenceDraft", "check_draft", "check_matcher", "matchers_json"]

_MOST_MATCHERS = 64
_LONGEST_NAME = 256
_LONGEST_VALUE = 4096
_LONGEST_COMMENT = 4096
_LONGEST_AUTHOR = 255


class InvalidSilenceError(ValueError):
    """The silence cannot be; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class SilenceDraft:
    """Matchers that must all hold, and from when to when (microseconds)."""

    matchers: tuple[Matcher, ...]
    starts_at: int
    ends_at: int
    created_by: str
    comment: str


def check_draft(draft: SilenceDraft, now: int) -> None:
    """Raise `InvalidSilenceError` for what Alertmanager refuses too, and for what is out of bounds."""
    if draft.ends_at <= draft.starts_at:
        raise InvalidSilenceError("the silence ends before it starts")
    if draft.ends_at <= now:
        raise InvalidSilenceError("the end of the silence is in the past")
    if len(draft.created_by) > _LONGEST_AUTHOR:
        raise InvalidSilenceError(f"createdBy is longer than {_LONGEST_AUTHOR} characters")
    if len(draft.comment) > _LONGEST_COMMENT:
        raise InvalidSilenceError(f"the comment is longer than {_LONGEST_COMMENT} characters")
    _check_matchers(draft.matchers)


def _check_matchers(matchers: Sequence[Matcher]) -> None:
    if not 1 <= len(matchers) <= _MOST_MATCHERS:
        raise InvalidSilenceError(f"a silence has 1 to {_MOST_MATCHERS} matchers")
    for matcher in matchers:
        check_matcher(matcher)
    if all(matcher.matches({}) for matcher in matchers):
        raise InvalidSilenceError("at least one matcher must not match the empty string")


def check_matcher(matcher: Matcher) -> None:
    """Raise `InvalidSilenceError` for a condition that cannot be asked, or takes too long to answer."""
    if not 1 <= len(matcher.name) <= _LONGEST_NAME:
        raise InvalidSilenceError(f"a matcher's name has 1 to {_LONGEST_NAME} characters")
    if len(matcher.value) > _LONGEST_VALUE:
        raise InvalidSilenceError(f"a matcher's value is longer than {_LONGEST_VALUE} characters")
    if "\0" in matcher.name + matcher.value:
        raise InvalidSilenceError("a matcher holds a NUL character")
    if matcher.is_regex:
        try:
            check_pattern(matcher.value)
        except UnsafePatternError as error:
            raise InvalidSilenceError(f"matcher {redact(matcher.name)}: {error}") from None


def matchers_json(matchers: Sequence[Matcher]) -> str:
    """The matchers as they are stored: Alertmanager's words, in one order."""
    items = [
        {"name": m.name, "value": m.value, "isRegex": m.is_regex, "isEqual": m.is_equal}
        for m in sorted(matchers, key=lambda m: (m.name, m.value, m.is_regex, m.is_equal))
    ]
    return orjson.dumps(items).decode()
