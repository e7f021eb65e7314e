"""Open incidents as Alertmanager's alerts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection

from incident_hub.api.alertmanager.queries import RECEIVER, AlertQuery
from incident_hub.api.alertmanager.times import to_wire
from incident_hub.intake.silences import ActiveSilence, active_silences, matched_labels, silences_of
from incident_hub.storage.active import OpenIncident, newest_open
from incident_hub.storage.reading.parts import first_alerts

__all__ = ["LIMIT", "Snapshot", "groups_json", "listed", "load_open"]

LIMIT = 10_000
_LINKED = 1000  # how many, the newest, are listed with a link to where they came from
_CHUNK = 500
Listed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Open incidents, the silences in force over them, and the newest alert's JSON of some of them."""

    rows: list[OpenIncident]
    silences: list[ActiveSilence]
    bodies: Mapping[str, str]


def load_open(connection: Connection, now: int) -> Snapshot:
    """The newest open incidents and what a list of them needs."""
    rows = newest_open(connection, LIMIT)
    bodies: dict[str, str] = {}
    for start in range(0, min(len(rows), _LINKED), _CHUNK):
        ids = [row.id for row in rows[start : start + _CHUNK]]
        bodies |= {key: alerts[0].body for key, alerts in first_alerts(connection, ids, 1).items()}
    return Snapshot(rows, active_silences(connection, now), bodies)


def listed(found: Snapshot, query: AlertQuery, now: int, lasting: int) -> list[Listed]:
    """The alerts that the query asks for, ordered by fingerprint as Alertmanager does.

    `lasting` is how long an alert is said to last whose source named no end.
    """
    if not query.receiver:
        return []
    alerts = (_alert(row, query, found, now + lasting) for row in found.rows)
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


def _alert(row: OpenIncident, query: AlertQuery, found: Snapshot, until: int) -> Listed | None:
    own: dict[str, str] = orjson.loads(row.labels)
    matched = matched_labels(row.source, row.title, own)
    silenced = silences_of(found.silences, matched)
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
        "generatorURL": _link(found.bodies.get(row.id, "{}")),
        "labels": {"alertname": row.title, **own},
    }


def _link(body: str) -> str:
    """Where the alert came from, if that is a web address: dashboards make it a link."""
    url = orjson.loads(body).get("generator_url", "")
    return url if isinstance(url, str) and url.startswith(("http://", "https://")) else ""


def _status(silenced: list[str]) -> Listed:
    state = "suppressed" if silenced else "active"
    return {"state": state, "silencedBy": silenced, "inhibitedBy": [], "mutedBy": []}
