"""Calendars from outside: kept as a layer's turns, or turned into overrides once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from incident_hub.domain.ids import new_ids
from incident_hub.domain.people import Kind, LayerDraft, ScheduleDraft
from incident_hub.domain.times import to_datetime, to_micros
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError
from incident_hub.lifecycle.inputs import plain_text
from incident_hub.response.people.calendars import (
    LONGEST_TEXT,
    CalendarError,
    Occurrence,
    check_calendar,
    occurrences,
)
from incident_hub.response.people.reading import record_of
from incident_hub.response.people.rotas import known_names
from incident_hub.response.people.writing import put_record, tell
from incident_hub.storage.overrides import (
    CalendarRow,
    OverrideRow,
    forget_overrides,
    insert_overrides,
    put_calendar,
)
from incident_hub.storage.records import find_record

__all__ = ["Imported", "import_layer", "import_overrides"]

_AHEAD = timedelta(days=400)


class Imported(NamedTuple):
    """How many turns the next 400 days have, and whom of them the hub's own tables do not know."""

    schedule: str
    turns: int
    unknown: list[str]


def import_layer(
    connection: Connection, schedule: str, layer: str, text: str, actor: str, now: int
) -> Imported:
    """Let a calendar say who is on call by a layer; one that is not there is added as the last, which counts first.

    Raises `InvalidInputError` and `RecordNotFoundError`.
    """
    plain_text("layer", layer, 100, required=True)
    draft = _draft(connection, schedule)
    known = next((one for one in draft.layers if one.name == layer), None)
    if known is not None and not known.calendar:
        raise InvalidInputError("layer", f"the layer {layer} has a rotation; take another name")
    turns = _checked(text, draft, known, now)
    if known is None:
        layers = (*draft.layers, LayerDraft(layer, calendar=True))
        changed = ScheduleDraft(draft.id, draft.name, draft.time_zone, layers)
        put_record(connection, Kind.SCHEDULE, changed, actor, now)
    put_calendar(connection, CalendarRow(schedule, layer, "", text, now, ""))
    tell(connection, Kind.SCHEDULE, schedule, "calendar_imported", actor, now, layer=layer, turns=len(turns))
    return Imported(schedule, len(turns), _unknown(turns, known_names(connection)))


def import_overrides(
    connection: Connection, schedule: str, name: str, text: str, actor: str, now: int
) -> Imported:
    """Turn the next 400 days of a calendar into overrides, in the place of those of an earlier import of this name.

    Raises as `import_layer`.
    """
    plain_text("name", name, 100, required=True)
    draft = _draft(connection, schedule)
    turns = _checked(text, draft, None, now)
    known = known_names(connection)
    forget_overrides(connection, schedule, name, now)
    insert_overrides(connection, _rows(turns, known, schedule, name, actor, now))
    tell(connection, Kind.SCHEDULE, schedule, "overrides_imported", actor, now, turns=len(turns))
    return Imported(schedule, len(turns), _unknown(turns, known))


def _draft(connection: Connection, schedule: str) -> ScheduleDraft:
    row = find_record(connection, Kind.SCHEDULE, schedule, lock=True)
    if row is None:
        raise RecordNotFoundError(f"there is no schedule {schedule}")
    return cast("ScheduleDraft", record_of(Kind.SCHEDULE, row))


def _checked(text: str, draft: ScheduleDraft, layer: LayerDraft | None, now: int) -> Sequence[Occurrence]:
    zone, start = ZoneInfo((layer.time_zone if layer else "") or draft.time_zone), to_datetime(now)
    plain_text("text", text, LONGEST_TEXT, required=True)
    try:
        check_calendar(text, zone, start)
        return occurrences(text, zone, start, start + _AHEAD)
    except CalendarError as error:
        raise InvalidInputError("text", str(error)) from None


def _rows(
    turns: Sequence[Occurrence],
    known: Mapping[str, str],
    schedule: str,
    name: str,
    actor: str,
    now: int,
) -> list[OverrideRow]:
    """Ids in the order of their begin: where two hold together, the one that began last counts, as in a layer."""
    wanted = [(known.get(who.lower(), who), one) for one in turns for who in one.names[:1]]
    return [
        OverrideRow(
            key, schedule, who, max(to_micros(one.starts_at), now), to_micros(one.ends_at), "", actor, name
        )
        for key, (who, one) in zip(new_ids(now, len(wanted)), wanted, strict=True)
    ]


def _unknown(turns: Sequence[Occurrence], known: Mapping[str, str]) -> list[str]:
    return sorted({name for one in turns for name in one.names if name.lower() not in known})
