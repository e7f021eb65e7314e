"""From a stored alert back to what intake takes."""

from typing import Any

import orjson
from incident_hub_hookspecs import (
    NO_IDENTITY,
    Alert,
    AlertStatus,
    IncidentType,
    LlmIdentity,
    PayloadError,
    Severity,
)
from sqlalchemy import Row

from incident_hub.domain.times import to_datetime
from incident_hub.intake.prepare import PreparedAlert, prepare

__all__ = ["restored"]

_TEXTS = ("description", "external_id", "dedup_key", "runbook_url", "generator_url")


def restored(row: Row[Any]) -> PreparedAlert | None:
    """The alert as it was taken in; None when its stored body cannot be read.

    The fingerprint is the stored one: it was made of the text before secrets were taken out of it.
    """
    try:
        prepared = prepare(_alert(orjson.loads(row.body), row))
    except (PayloadError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return prepared._replace(fingerprint=row.fingerprint, body=row.body)


def _alert(body: dict[str, Any], row: Row[Any]) -> Alert:
    return Alert(
        source=body["source"],
        title=body["title"],
        type=IncidentType(body["type"]),
        status=AlertStatus(row.status),
        severity=Severity(row.severity) if row.severity else None,
        stateful=bool(row.stateful),
        resources=tuple(body.get("resources", ())),
        labels=body.get("labels", {}),
        annotations=body.get("annotations", {}),
        llm=LlmIdentity(**body["llm"]) if body.get("llm") else NO_IDENTITY,
        starts_at=None if row.starts_at is None else to_datetime(row.starts_at),
        ends_at=None if row.ends_at is None else to_datetime(row.ends_at),
        **{name: body.get(name, "") for name in _TEXTS},
    )
