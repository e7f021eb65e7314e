"""Directories: who is on call, who is in a team, what a service is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.records import EMPTY

__all__ = ["SERVICE_LABELS", "Directory", "Person", "Service", "Shift", "Team"]

SERVICE_LABELS = ("service", "service_name", "service.name", "app", "application", "component")
"""Labels by which alerts usually name the service that they are about, the most telling first."""


def _nothing() -> Mapping[str, str]:
    return EMPTY


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be told. `contacts` maps a notifier's name to an address it understands.

    `time_zone` is an IANA name, as in `Europe/Berlin`; empty means unknown.
    """

    id: str
    name: str = ""
    email: str = ""
    time_zone: str = ""
    contacts: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Team:
    """People who answer for something together. `schedule` names the on-call schedule they share."""

    id: str
    name: str = ""
    members: tuple[str, ...] = ()
    schedule: str = ""
    contacts: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can break. `depends_on` names other services; `tier` 1 is the most important.

    `tier` 0 means unknown.
    """

    id: str
    name: str = ""
    owner_team: str = ""
    tier: int = 0
    depends_on: tuple[str, ...] = ()
    runbook_url: str = ""
    labels: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's turn on a schedule. Times carry a time zone; None means no known end."""

    person: Person
    schedule: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@runtime_checkable
class Directory(Protocol):
    """Answers from one source. None, or nothing in a sequence, means "not known here".

    The hub asks its directories in the order of their plugins' names and takes the first answer.
    """

    async def on_call(self, schedule: str, at: datetime) -> Sequence[Shift]:
        """Who is on call then, the one to call first first. `at` carries a time zone."""

    async def person(self, id: str) -> Person | None:  # noqa: A002 - the field's word
        """The person of that id or e-mail address."""

    async def team(self, id: str) -> Team | None:  # noqa: A002
        """The team of that id."""

    async def service(self, id: str) -> Service | None:  # noqa: A002
        """The service of that id."""
