"""From JSON to runbooks and back; what is wrong is named by its place."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from incident_hub_hookspecs import IncidentType, PayloadError
from incident_hub_hookspecs.payload import as_list, as_mapping, names

from incident_hub_enricher_runbooks.runbook import CONDITIONS, Matcher, Runbook

__all__ = ["as_json", "match_json", "read_list", "read_match", "read_runbook"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_URL = re.compile(r"https?://[^\s<>\"\x00-\x1f]+", re.IGNORECASE)
_KEYS = frozenset({"id", "title", "url", "text", "match", "updated_at", "updated_by"})
_TYPES = frozenset(one.value for one in IncidentType)
_LONGEST = {"title": 300, "url": 2_000, "text": 64 * 1024}
_PATTERN = 200
_MOST = 50


def read_list(given: object) -> list[object]:
    """The items of an export: `{"runbooks": [...]}`, or the list alone."""
    return as_list(given.get("runbooks") if isinstance(given, dict) else given, "runbooks")


def read_runbook(given: object) -> Runbook:
    """One runbook; without an id it gets a new one. Raises `PayloadError`."""
    item = as_mapping(given)
    _refuse_unknown(item, _KEYS, "")
    key = _line(item, "id", 64) or secrets.token_hex(8)
    if not _ID.fullmatch(key):
        raise PayloadError(
            "bad_id", "an id has letters, digits, dots, dashes and underscores, at most 64", "id"
        )
    title, url = _line(item, "title", _LONGEST["title"]), _line(item, "url", _LONGEST["url"])
    text = _text(item, "text", _LONGEST["text"])
    if not title:
        raise PayloadError("missing_field", "a runbook needs a title", "title")
    if url and not _URL.fullmatch(url):
        raise PayloadError("bad_url", "a link begins with http:// or https://", "url")
    if not url and not text:
        raise PayloadError("missing_field", "a runbook needs a url or a text", "url")
    return Runbook(key, title, url, text, read_match(item.get("match")))


def as_json(runbook: Runbook) -> dict[str, Any]:
    """As exports have it; what is empty is left out."""
    parts = {name: value for name in ("id", "title", "url", "text") if (value := getattr(runbook, name))}
    changed = {"updated_at": runbook.updated_at, "updated_by": runbook.updated_by}
    return {
        **parts,
        "match": match_json(runbook.match),
        **{name: value for name, value in changed.items() if value},
    }


def match_json(matcher: Matcher) -> dict[str, Any]:
    """The conditions that are set."""
    given = {name: value for name in CONDITIONS if (value := getattr(matcher, name))}
    return {name: dict(value) if name == "labels" else value for name, value in given.items()}


def read_match(given: object) -> Matcher:
    """The conditions; at least one must be set."""
    item = as_mapping({} if given is None else given, "match")
    _refuse_unknown(item, CONDITIONS, "match.")
    types = names(item.get("types"), "match.types")
    if strange := [one for one in types if one not in _TYPES]:
        told = f"{strange[0]!r} is none of {', '.join(sorted(_TYPES))}"
        raise PayloadError("bad_type", told, "match.types")
    found = Matcher(
        types,
        tuple(_pattern(one, "match.sources") for one in names(item.get("sources"), "match.sources")),
        _labels(item.get("labels")),
        *(_pattern(_text(item, name, _PATTERN, "match."), f"match.{name}") for name in CONDITIONS[3:]),
    )
    if not any(getattr(found, name) for name in CONDITIONS):
        told = 'a runbook needs a condition; {"sources": ["*"]} is for every incident'
        raise PayloadError("missing_field", told, "match")
    return found


def _labels(given: object) -> Mapping[str, str]:
    labels = as_mapping({} if given is None else given, "match.labels")
    if len(labels) > _MOST:
        raise PayloadError("too_many", f"at most {_MOST} labels", "match.labels")
    return {
        _pattern(name, "match.labels"): _pattern(
            _text(labels, name, _PATTERN, "match.labels."), "match.labels"
        )
        for name in labels
    }


def _pattern(value: str, path: str) -> str:
    if len(value) > _PATTERN or not value.isprintable():
        raise PayloadError("bad_pattern", f"a pattern is one line of at most {_PATTERN} characters", path)
    return value


def _line(item: Mapping[str, object], name: str, limit: int) -> str:
    value = _text(item, name, limit).strip()
    if not value.isprintable():
        raise PayloadError("bad_text", "must be one line without control characters", name)
    return value


def _text(item: Mapping[str, object], name: str, limit: int, place: str = "") -> str:
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PayloadError("wrong_type", "expected a string", place + name)
    if len(value) > limit:
        raise PayloadError("too_long", f"longer than {limit} characters", place + name)
    if "\0" in value or (not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value)):
        raise PayloadError("bad_text", "holds characters that cannot be stored", place + name)
    return value


def _refuse_unknown(item: Mapping[str, object], known: object, place: str) -> None:
    unknown = sorted(name for name in item if name not in known)  # type: ignore[operator]
    if unknown:
        raise PayloadError("unknown_field", f"there is no field {unknown[0]!r}", place + unknown[0])
