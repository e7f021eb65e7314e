"""The plugin's own format: lists of people, teams and services, and who is on call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from incident_hub_hookspecs import PayloadError, Person, Service, Team
from incident_hub_hookspecs.payload import as_list, as_mapping, names, strings, text

__all__ = ["Found", "read_own", "tier"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """What one document says."""

    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    services: tuple[Service, ...] = ()
    on_call: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_own(data: Mapping[str, object]) -> Found:
    """Raises `PayloadError` with the path of what is wrong."""
    known = {"people", "teams", "services", "on_call"}
    for key in data:
        if key not in known:
            raise PayloadError("unknown_key", f"unknown key; known are {', '.join(sorted(known))}", str(key))
    lists = as_mapping(data.get("on_call") or {}, "on_call")
    return Found(
        _each(data, "people", _person),
        _each(data, "teams", _team),
        _each(data, "services", _service),
        {key: names(value, f"on_call.{key}") for key, value in lists.items()},
    )


def tier(value: object, path: str) -> int:
    """1 to 9; 0 for nothing."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 9:
        raise PayloadError("wrong_type", "expected a number from 1 to 9", path)
    return value


def _each(
    data: Mapping[str, object], key: str, read: Callable[[Mapping[str, object], str], T]
) -> tuple[T, ...]:
    items = as_list(data.get(key) or [], key)
    return tuple(read(as_mapping(one, f"{key}[{at}]"), f"{key}[{at}]") for at, one in enumerate(items))


def _person(one: Mapping[str, object], path: str) -> Person:
    _known(one, path, "id", "name", "email", "time_zone", "contacts")
    words = {key: text(one.get(key), f"{path}.{key}") for key in ("name", "email", "time_zone")}
    return Person(_id(one, path), **words, contacts=strings(one.get("contacts"), f"{path}.contacts"))


def _team(one: Mapping[str, object], path: str) -> Team:
    _known(one, path, "id", "name", "members", "schedule", "contacts")
    return Team(
        _id(one, path),
        name=text(one.get("name"), f"{path}.name"),
        members=names(one.get("members"), f"{path}.members"),
        schedule=text(one.get("schedule"), f"{path}.schedule"),
        contacts=strings(one.get("contacts"), f"{path}.contacts"),
    )


def _service(one: Mapping[str, object], path: str) -> Service:
    _known(one, path, "id", "name", "owner_team", "tier", "depends_on", "runbook_url", "labels")
    words = {key: text(one.get(key), f"{path}.{key}") for key in ("name", "owner_team", "runbook_url")}
    return Service(
        _id(one, path),
        **words,
        tier=tier(one.get("tier"), f"{path}.tier"),
        depends_on=names(one.get("depends_on"), f"{path}.depends_on"),
        labels=strings(one.get("labels"), f"{path}.labels"),
    )


def _id(one: Mapping[str, object], path: str) -> str:
    found = text(one.get("id"), f"{path}.id")
    if not found:
        raise PayloadError("missing_field", "missing", f"{path}.id")
    return found


def _known(one: Mapping[str, object], path: str, *keys: str) -> None:
    for key in one:
        if key not in keys:
            raise PayloadError("unknown_key", f"unknown key; known are {', '.join(keys)}", f"{path}.{key}")
