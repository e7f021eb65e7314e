"""Users, teams, services and schedules from what a file or a caller wrote: checked whole, errors by path."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import orjson
from incident_hub_hookspecs import ConfigError

from incident_hub.domain.people import Kind, Record, record_class
from incident_hub.host.config_tree import build
from incident_hub.host.config_values import did_you_mean, items_of, mapping_of

__all__ = ["SECTIONS", "DocumentError", "Parsed", "as_mapping", "parse_documents", "parse_record", "stored"]

SECTIONS: Mapping[str, Kind] = {
    "users": Kind.USER,
    "teams": Kind.TEAM,
    "services": Kind.SERVICE,
    "schedules": Kind.SCHEDULE,
}


class DocumentError(ValueError):
    """What was written cannot be; `path` is the place, as in `schedules[0].layers[1].rotation.handoff`."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path, self.message = path, message


class Parsed(NamedTuple):
    """All that could be read, and all that could not: nothing is written while there is an error."""

    records: list[tuple[Kind, Record]]
    errors: list[DocumentError]


def parse_record(kind: Kind, data: object, path: str = "") -> Record:
    """One record from a mapping; raises `DocumentError`."""
    try:
        _check_texts(data, path)
        return build(record_class(kind), data, path)
    except ConfigError as error:
        raise DocumentError(error.path, error.message) from None


def _check_texts(value: object, path: str) -> None:
    """Refuse texts that no database can hold, names of keys too."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= one <= "\udfff" for one in value)):
        raise ConfigError("must hold neither NUL characters nor halves of characters", path)
    if isinstance(value, Mapping):
        for key, one in value.items():
            _check_texts(key, path)
            _check_texts(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            _check_texts(one, f"{path}[{number}]")


def parse_documents(data: object, path: str = "") -> Parsed:
    """The records of a mapping with `users`, `teams`, `services` and `schedules`, each a list.

    Every record is looked at, so that all errors are told at once; an id that comes twice is one.
    """
    records: list[tuple[Kind, Record]] = []
    errors: list[DocumentError] = []
    for kind, item, place in _items(data, path, errors):
        try:
            record = parse_record(kind, item, place)
        except DocumentError as error:
            errors.append(error)
            continue
        if any(known is kind and one.id == record.id for known, one in records):
            errors.append(DocumentError(f"{place}.id", f"there is another {kind.value} {record.id!r}"))
        records.append((kind, record))
    return Parsed(records, errors)


def _items(data: object, path: str, errors: list[DocumentError]) -> list[tuple[Kind, object, str]]:
    found: list[tuple[Kind, object, str]] = []
    try:
        for key, items in mapping_of(data, path).items():
            place = f"{path}.{key}" if path else key
            if key not in SECTIONS:
                errors.append(DocumentError(place, f"unknown key{did_you_mean(key, SECTIONS)}"))
                continue
            found += [(SECTIONS[key], one, at) for one, at in items_of(items or [], place)]
    except ConfigError as error:
        errors.append(DocumentError(error.path, error.message))
    return found


def as_mapping(record: Record) -> dict[str, Any]:
    """The record as a file would have it: `parse_record` reads it back. Nothing in it is left out."""
    plain: dict[str, Any] = _plain(record)
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def stored(record: Record) -> str:
    """The record as it is stored: the same for two records that say the same."""
    return orjson.dumps(as_mapping(record), option=orjson.OPT_SORT_KEYS).decode()
