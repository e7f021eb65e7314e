"""Scalars: moments as ISO 8601 text, and any JSON. Plugins' `datetime` and `JSON` are the same two."""

from datetime import UTC, datetime
from typing import NewType

import orjson
import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from incident_hub.domain.times import to_datetime, to_micros

__all__ = ["SCALARS", "Json", "Moment"]

Moment = NewType("Moment", int)
Json = NewType("Json", orjson.Fragment)


def _show_moment(moment: int | datetime) -> str:
    """Rows hold microseconds, plugins return moments with a time zone."""
    shown = to_datetime(moment) if isinstance(moment, int) else _with_zone(moment).astimezone(UTC)
    return shown.isoformat().replace("+00:00", "Z")


def _read_moment(value: object) -> datetime:
    """A moment with a time zone, in UTC, between the years 1 and 9999."""
    try:
        moment = _with_zone(datetime.fromisoformat(str(value))).astimezone(UTC)
        to_micros(moment)
    except (ValueError, OverflowError) as error:
        raise ValueError("a DateTime is ISO 8601 with a time zone, such as 2026-01-31T12:00:00Z") from error
    return moment


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def _show_json(value: object) -> orjson.Fragment:
    """Stored text goes through as it is; what a plugin returns is written here, where it may fail."""
    return value if isinstance(value, orjson.Fragment) else orjson.Fragment(orjson.dumps(value))


_MOMENT = strawberry.scalar(
    name="DateTime",
    description="A moment in UTC, ISO 8601 with microseconds.",
    serialize=_show_moment,
    parse_value=_read_moment,
)
_JSON = strawberry.scalar(
    name="JSON",
    description="Any JSON value.",
    specified_by_url="https://ecma-international.org/publications-and-standards/standards/ecma-404/",
    serialize=_show_json,
)
SCALARS: dict[object, ScalarDefinition] = {Moment: _MOMENT, datetime: _MOMENT, Json: _JSON, JSON: _JSON}
