"""Times are integers inside the hub: microseconds since 1970 in UTC, alike on every database."""

from datetime import UTC, datetime, timedelta

__all__ = ["SECOND", "to_datetime", "to_micros"]

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of a moment with a time zone."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def to_datetime(micros: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + timedelta(microseconds=micros)
