"""A report as JSON, for programs: keys as in GraphQL, times as ISO 8601."""

from dataclasses import asdict
from typing import Any

from incident_hub.domain.times import to_datetime
from incident_hub.simulation.report import Report

__all__ = ["as_json"]


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    plain = _camel(asdict(report))
    return {
        **plain,
        "since": _moment(report.since),
        "until": _moment(report.until),
        "differs": report.differs,
    }


def _camel(value: Any) -> Any:  # noqa: ANN401 - any part of the report
    if isinstance(value, dict):
        return {_name(key): _camel(one) for key, one in value.items()}
    return [_camel(one) for one in value] if isinstance(value, list) else value


def _name(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(map(str.title, rest))


def _moment(micros: int) -> str:
    return to_datetime(micros).isoformat().replace("+00:00", "Z")
