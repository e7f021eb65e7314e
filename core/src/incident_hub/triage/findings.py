"""What each plugin said about an incident at one stage: the answer to "why?"."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from incident_hub.domain.ids import new_ids
from incident_hub.storage.bulk import insert_rows
from incident_hub.storage.tables import finding
from incident_hub.triage.checks import clean

__all__ = ["Finding", "error_text", "write_findings"]

_COLUMNS = (
    "id", "incident_id", "stage", "plugin", "plugin_version", "value", "confidence", "micros", "error", "at",
)  # fmt: skip


class Finding(NamedTuple):
    """One finding about to be written. `micros` is how long the call took, for all it was asked about."""

    incident_id: str
    stage: str
    plugin: str
    version: str
    micros: int
    value: str = "null"
    confidence: float | None = None
    error: str | None = None


def error_text(error: BaseException) -> str:
    """An error as people read it, without secrets."""
    text = str(error)
    name = type(error).__name__
    return clean(f"{name}: {text}" if text else name)


def write_findings(connection: Connection, found: Sequence[Finding], now: int) -> None:
    """Insert the findings in their order."""
    keys = new_ids(now, len(found))
    rows = [_row(key, one, now) for key, one in zip(keys, found, strict=True)]
    insert_rows(connection, finding, _COLUMNS, rows)


def _row(key: str, one: Finding, now: int) -> tuple[Any, ...]:
    confidence = None if one.confidence is None else f"{one.confidence:.4f}"
    return (
        key, one.incident_id, one.stage, one.plugin, one.version, one.value, confidence, one.micros,
        one.error, now,
    )  # fmt: skip
