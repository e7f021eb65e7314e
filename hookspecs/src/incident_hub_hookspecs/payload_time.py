"""Points in time as senders write them: RFC 3339 text, or a number of s, ms, us or ns since 1970."""

from datetime import UTC, datetime, timedelta

from incident_hub_hookspecs.errors import PayloadError

__all__ = ["moment"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CEILING = datetime(2200, 1, 1, tzinfo=UTC)
GO_ZERO = "0001-01-01T00:00:00"
# A number below the first bound counts seconds, below the second milliseconds, and so on.
UNITS = ((10**10, 1_000_000.0), (10**13, 1_000.0), (10**16, 1.0), (10**19, 0.001))


def moment(value: object, path: str) -> datetime | None:
    """Read a time between 1970 and 2200, in UTC; nothing, "" and Go's zero time are None.

    Text without a zone is UTC; digits beyond microseconds are dropped. Anything else is `bad_timestamp`.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if value.startswith(GO_ZERO):
            return None
        return _written(value, path)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _counted(value, path)
    raise _bad(path)


def _written(value: str, path: str) -> datetime:
    if len(value) < 19 or value[4] != "-" or value[10] not in "Tt ":
        return _counted(_number(value, path), path)
    try:
        parsed = datetime.fromisoformat(value.upper())
    except ValueError:
        raise _bad(path) from None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    elif parsed.tzinfo is not UTC:
        parsed = _in_utc(parsed, path)
    if EPOCH <= parsed < CEILING:
        return parsed
    raise _bad(path)


def _in_utc(value: datetime, path: str) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise _bad(path) from None


def _number(value: str, path: str) -> int | float:
    if len(value) > 32:
        raise _bad(path)
    try:
        return int(value) if value.isdecimal() else float(value)
    except ValueError:
        raise _bad(path) from None


def _counted(value: float, path: str) -> datetime:
    if 0 <= value < UNITS[-1][0]:  # neither NaN nor infinity is
        for bound, microseconds in UNITS:
            if value < bound:
                parsed = EPOCH + timedelta(microseconds=value * microseconds)
                if parsed < CEILING:
                    return parsed
                break
    raise _bad(path)


def _bad(path: str) -> PayloadError:
    return PayloadError("bad_timestamp", "not a time between 1970 and 2200", path)
