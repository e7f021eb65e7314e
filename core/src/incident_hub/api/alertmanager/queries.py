"""The query parameters of the alert lists."""

import re
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from incident_hub.api.alertmanager.filters import parse_filters
from incident_hub.api.errors import HttpError
from incident_hub.domain.patterns import UnsafePatternError, check_pattern
from incident_hub.intake.silences import Matcher

__all__ = ["RECEIVER", "AlertQuery", "alert_query"]

RECEIVER = "incident-hub"
_YES = frozenset({"true", "1", "t", "yes", "y", "on"})
_NO = frozenset({"false", "0", "f", "no", "n", "off"})


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """Which alerts are asked for. Nothing here is ever inhibited or unprocessed."""

    matchers: list[Matcher]
    active: bool
    silenced: bool
    receiver: bool  # whether the pattern, if any, meets the one receiver there is


def alert_query(params: QueryParams) -> AlertQuery:
    """Read the parameters; raises `HttpError` 400 for one that makes no sense."""
    for name in ("inhibited", "unprocessed", "muted"):
        _flag(params, name)
    return AlertQuery(
        parse_filters(params.getlist("filter")),
        _flag(params, "active"),
        _flag(params, "silenced"),
        _receiver(params.get("receiver", "")),
    )


def _flag(params: QueryParams, name: str) -> bool:
    word = params.get(name, "true").lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise HttpError(400, "bad_parameter", f"{name} is true or false")


def _receiver(pattern: str) -> bool:
    if not pattern:
        return True
    try:
        check_pattern(pattern)
    except UnsafePatternError as error:
        raise HttpError(400, "bad_parameter", f"receiver: {error}") from None
    return re.fullmatch(pattern, RECEIVER) is not None
