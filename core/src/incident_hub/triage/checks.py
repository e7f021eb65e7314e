"""Whether what a plugin answered is what the contract says. A plugin's word is data, and may be garbage."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

import orjson
from incident_hub_hookspecs import Classification, Enrichment, IncidentType, Link, Severity

from incident_hub.domain.redaction import redact

__all__ = ["BadAnswerError", "answers", "classification", "clean", "enrichment", "good_links"]

VALUE_LIMIT = 16 * 1024
TEXT_LIMIT = 500


class BadAnswerError(Exception):
    """The answer, or one item of it, breaks the contract."""


def answers(value: object, count: int) -> list[Any]:
    """The answers one by one, `None` where there is none."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise BadAnswerError(f"expected a list of answers, got {type(value).__name__}")
    found = list(value)
    if len(found) != count:
        raise BadAnswerError(f"expected {count} answers, got {len(found)}")
    return found


def classification(item: object) -> str:
    """A classification as JSON; empty when it says nothing."""
    if not isinstance(item, Classification):
        raise BadAnswerError(f"expected a Classification, got {type(item).__name__}")
    if not isinstance(item.severity, Severity | None):
        raise BadAnswerError("severity is not a Severity")
    if not isinstance(item.type, IncidentType | None):
        raise BadAnswerError("type is not an IncidentType")
    _share("confidence", item.confidence)
    if item.severity is None and item.type is None and not item.reasons:
        return ""
    return _json({"severity": item.severity, "type": item.type, "reasons": _texts(item.reasons)})


def enrichment(item: object) -> str:
    """An enrichment as JSON; empty when it says nothing."""
    if not isinstance(item, Enrichment):
        raise BadAnswerError(f"expected an Enrichment, got {type(item).__name__}")
    if not isinstance(item.summary, str) or not isinstance(item.data, Mapping):
        raise BadAnswerError("summary is not text, or data is not a mapping")
    if not item.summary and not item.data:
        return ""
    return _json({"summary": clean(item.summary), "data": item.data})


def good_links(
    items: object, incident_id: str, candidates: Collection[str]
) -> tuple[list[Link], BadAnswerError | None]:
    """The sound links, the best one for each other incident, and what was wrong with the rest."""
    if not isinstance(items, Sequence) or isinstance(items, str | bytes):
        return [], BadAnswerError(f"expected a list of links, got {type(items).__name__}")
    best: dict[str, Link] = {}
    wrong: BadAnswerError | None = None
    for item in items:
        try:
            _check_link(item, incident_id, candidates)
        except BadAnswerError as error:
            wrong = wrong or error
            continue
        known = best.get(item.other_id)
        if known is None or item.score > known.score:
            best[item.other_id] = item
    return list(best.values()), wrong


def clean(text: str) -> str:
    """Text that any database takes, without secrets and not too long."""
    return _clean(text[:TEXT_LIMIT])


@lru_cache(maxsize=4096)  # the reasons of a storm are much alike
def _clean(text: str) -> str:
    return redact(text.replace("\0", "").encode("utf-8", "replace").decode())


def _check_link(item: object, incident_id: str, candidates: Collection[str]) -> None:
    if not isinstance(item, Link) or not isinstance(item.other_id, str) or not isinstance(item.reason, str):
        raise BadAnswerError("expected a Link with an id and a reason")
    if item.other_id == incident_id:
        raise BadAnswerError("an incident cannot be linked to itself")
    if item.other_id not in candidates:
        raise BadAnswerError("a link to an incident that was not among the candidates")
    _share("score", item.score)


def _share(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadAnswerError(f"{name} is not a number")
    if not isfinite(value) or not 0 <= value <= 1:
        raise BadAnswerError(f"{name} is not within 0 and 1")


def _texts(reasons: object) -> list[str]:
    if not isinstance(reasons, tuple | list) or not all(isinstance(one, str) for one in reasons):
        raise BadAnswerError("reasons are not a tuple of texts")
    return [clean(one) for one in reasons]


def _json(value: object) -> str:
    try:
        text = orjson.dumps(value, default=_mapping)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadAnswerError(f"not JSON: {error}"[:TEXT_LIMIT]) from None
    if len(text) > VALUE_LIMIT:
        raise BadAnswerError(f"the value has {len(text)} bytes, {VALUE_LIMIT} are allowed")
    return redact(text.decode())


def _mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
