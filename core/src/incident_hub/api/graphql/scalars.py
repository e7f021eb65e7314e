"""Scalars: moments as ISO 8601 text over microseconds, and JSON that passes through as it was stored."""

from datetime import UTC, datetime
from typing import NewType

import orjson
import strawberry
from strawberry.types.scalar import ScalarDefinition

from incident_hub.domain.times import to_datetime, to_micros

__all__ = ["SCALARS", "Json", "Moment"]

Moment = NewType("Moment", int)
Json = NewType("Json", str)


def _show_moment(micros: int) -> str:
    return to_datetime(micros).isoformat().replace("+00:00", "Z")


def _read_moment(value: object) -> int:
    """Microseconds of a moment with a time zone, between the years 1 and 9999."""
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return to_micros(moment.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise ValueError("a DateTime is ISO 8601 with a time zone, such as 2026-01-31T12:00:00Z") from error


def _show_json(text: str) -> orjson.Fragment:
    return orjson.Fragment(text)


SCALARS: dict[object, ScalarDefinition] = {
    Moment: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, ISO 8601 with microseconds.",
        serialize=_show_moment,
        parse_value=_read_moment,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        specified_by_url="https://ecma-international.org/publications-and-standards/standards/ecma-404/",
        serialize=_show_json,
    ),
}
