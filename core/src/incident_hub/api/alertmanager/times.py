"""Times in Alertmanager's JSON."""

from incident_hub_hookspecs import PayloadError
from incident_hub_hookspecs.payload import moment

from incident_hub.domain.times import to_datetime, to_micros

__all__ = ["from_wire", "to_wire"]


def to_wire(micros: int) -> str:
    """RFC 3339 with milliseconds, in UTC."""
    return to_datetime(micros).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_wire(value: object, path: str) -> int:
    """Microseconds, cut to the millisecond; raises `PayloadError` for anything but a written time."""
    found = moment(value, path) if isinstance(value, str) else None
    if found is None:
        raise PayloadError("bad_timestamp", "not a time between 1970 and 2200 as in RFC 3339", path)
    micros = to_micros(found)
    return micros - micros % 1000
