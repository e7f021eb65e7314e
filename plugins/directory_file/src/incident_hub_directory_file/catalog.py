"""What the files say, put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from incident_hub_hookspecs import ConfigError, PayloadError, Person, Service, Team
from incident_hub_hookspecs.payload import as_mapping

from incident_hub_directory_file.backstage import is_entity, read_entity
from incident_hub_directory_file.documents import read_documents
from incident_hub_directory_file.own_format import Found, read_own

__all__ = ["Catalog", "read_catalog"]

T = TypeVar("T")


@dataclass(slots=True)
class Catalog:
    """Everything by its id; people by their e-mail address too."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    on_call: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        """Take in what one document says. Raises `PayloadError` for an id that is there already."""
        _add(self.people, ((one.id, one) for one in found.people), "person")
        _add(self.teams, ((one.id, one) for one in found.teams), "team")
        _add(self.services, ((one.id, one) for one in found.services), "service")
        _add(self.on_call, found.on_call.items(), "schedule")

    def person(self, key: str) -> Person | None:
        """By id, else by e-mail address in any case."""
        by_mail = {one.email.lower(): one for one in self.people.values() if one.email}
        return self.people.get(key) or by_mail.get(key.lower())


def read_catalog(paths: Sequence[Path]) -> Catalog:
    """Read the files. Raises `ConfigError`, which names file, document and key."""
    catalog = Catalog()
    for path in paths:
        for number, document in enumerate(read_documents(path), start=1):
            try:
                catalog.add(_read(document))
            except PayloadError as error:
                where = f"{path}: document {number}" + (f": {error.path}" if error.path else "")
                raise ConfigError(error.message, where) from None
    _insist_on_people(catalog)
    return catalog


def _read(document: object) -> Found:
    data = as_mapping(document)
    return read_entity(data) if is_entity(data) else read_own(data)


def _add(known: dict[str, T], found: Iterable[tuple[str, T]], word: str) -> None:
    for key, one in found:
        if key in known:
            raise PayloadError("duplicate", f"the {word} `{key}` is there already", key)
        known[key] = one


def _insist_on_people(catalog: Catalog) -> None:
    named: list[tuple[str, Mapping[str, tuple[str, ...]]]] = [
        ("on_call", catalog.on_call),
        ("teams", {key: one.members for key, one in catalog.teams.items()}),
    ]
    for where, lists in named:
        for key, members in lists.items():
            for member in members:
                if member not in catalog.people:
                    raise ConfigError(f"there is no person `{member}`", f"{where}.{key}")
