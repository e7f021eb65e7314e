"""Open incidents as Alertmanager's alerts."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection

from incident_hub.api.alertmanager.queries import RECEIVER, AlertQuery
from incident_hub.api.alertmanager.times import to_wire
from incident_hub.intake.silences import ActiveSilence, active_silences, matched_labels, silences_of
from incident_hub.storage.active import OpenIncident, newest_open

__all__ = ["LIMIT", "Snapshot", "groups_json", "listed", "load_open"]

LIMIT = 10_000
Snapshot = tuple[list[OpenIncident], list[ActiveSilence]]
Listed = dict[str, Any]


def load_open(connection: Connection, now: int) -> Snapshot:
    """The newest open incidents, and the silences in force over them."""
    return newest_open(connection, LIMIT), active_silences(connection, now)


def listed(found: Snapshot, query: AlertQuery, now: int, lasting: int) -> list[Listed]:
    """The alerts that the query asks for, ordered by fingerprint as Alertmanager does.

    `lasting` is how long an alert is said to last whose source named no end.
    """
    rows, silences = found
    if not query.receiver:
        return []
    alerts = (_alert(row, query, silences, now + lasting) for row in rows)
    return sorted((alert for alert in alerts if alert), key=lambda alert: str(alert["fingerprint"]))


def groups_json(alerts: Iterable[Listed]) -> list[Listed]:
    """The alerts grouped by name."""
    ordered = sorted(alerts, key=_name)
    return [
        {"labels": {"alertname": name}, "receiver": {"name": RECEIVER}, "alerts": list(members)}
        for name, members in groupby(ordered, key=_name)
    ]


def _name(alert: Listed) -> str:
    return str(alert["labels"]["alertname"])


def _alert(
    row: OpenIncident, query: AlertQuery, silences: Sequence[ActiveSilence], until: int
) -> Listed | None:
    own: dict[str, str] = orjson.loads(row.labels)
    matched = matched_labels(row.source, row.title, own)
    silenced = silences_of(silences, matched)
    if not (query.silenced if silenced else query.active):
        return None
    if not all(matcher.matches(matched) for matcher in query.matchers):
        return None
    return {
        "annotations": orjson.loads(row.annotations),
        "endsAt": to_wire(row.expires_at or until),
        "fingerprint": row.fingerprint,
        "receivers": [{"name": RECEIVER}],
        "startsAt": to_wire(row.first_seen),
        "status": _status(silenced),
        "updatedAt": to_wire(row.updated_at),
        "generatorURL": "",
        "labels": {"alertname": row.title, **own},
    }


def _status(silenced: list[str]) -> Listed:
    state = "suppressed" if silenced else "active"
    return {"state": state, "silencedBy": silenced, "inhibitedBy": [], "mutedBy": []}
