"""Users, teams and services. A record is plain values, so that a file, GraphQL and the database hold the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from incident_hub_hookspecs import ConfigError, setting

from incident_hub.domain.people.quiet import quiet_until
from incident_hub.domain.people.rota import ScheduleDraft
from incident_hub.domain.people.texts import check_id, check_ids, check_zone
from incident_hub.domain.people.windows import WEEKDAYS, Window

__all__ = [
    "SEVERITIES",
    "WEEKDAYS",
    "Contact",
    "Kind",
    "QuietHours",
    "Record",
    "Service",
    "Team",
    "User",
    "Window",
    "record_class",
]

SEVERITIES = ("P0", "P1", "P2", "P3", "P4")
_LONGEST_NAME = 200
_A_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


class Kind(StrEnum):
    """What there are records of."""

    USER = "user"
    TEAM = "team"
    SERVICE = "service"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a user; the first is tried first. `channel` is a notifier plugin's name.

    It hears of `severities`, of all when none is named, `delay_seconds` after the page: what was acknowledged
    meanwhile is not sent. One that is not verified is used only when no verified one is left.
    """

    channel: str = setting(least=1, most=64)
    address: str = setting(least=1, most=500)
    id: str = setting(default="", most=64)
    label: str = setting(default="", most=_LONGEST_NAME)
    verified: bool = False
    severities: tuple[str, ...] = setting(default=(), most=5, choices=SEVERITIES)
    delay_seconds: int = setting(default=0, least=0, most=24 * 3600)
    during_quiet_hours: bool = False

    def hears(self, severity: str) -> bool:
        """Whether it is for incidents that bad."""
        return not self.severities or severity in self.severities


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a user shall not be woken, on the user's own clock, except by the severities that pass."""

    windows: tuple[Window, ...] = setting(default=(), most=50)
    passes: tuple[str, ...] = setting(default=("P0",), most=5, choices=SEVERITIES)

    def __post_init__(self) -> None:
        """Refuse hours that never end: who could be told nothing, ever, would not know."""
        end = self.until(_A_MONDAY, check_zone("UTC", ""))
        if end is not None and end - _A_MONDAY >= timedelta(days=7):
            raise ConfigError("the quiet hours never end", "windows")

    def until(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet that holds at a moment is over; None: it is not quiet."""
        return quiet_until([one.made() for one in self.windows], at, zone)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can be told."""

    id: str
    name: str = setting(default="", most=_LONGEST_NAME)
    email: str = setting(default="", most=320)
    time_zone: str = "UTC"
    contacts: tuple[Contact, ...] = setting(default=(), most=20)
    quiet_hours: QuietHours = QuietHours()

    def __post_init__(self) -> None:
        """Give each contact an id that stays, and refuse two of one id."""
        check_id(self.id, "id")
        check_zone(self.time_zone, "time_zone")
        if self.email and "@" not in self.email:
            raise ConfigError(f"{self.email[:80]!r} is no e-mail address", "email")
        object.__setattr__(self, "contacts", _numbered(self.contacts))


@dataclass(frozen=True, slots=True)
class Team:
    """People who answer for something together; `contacts` are the team's own, by notifier plugin."""

    id: str
    name: str = setting(default="", most=_LONGEST_NAME)
    members: tuple[str, ...] = setting(default=(), most=500)
    schedule: str = setting(default="", most=128)
    contacts: Mapping[str, str] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        """Refuse ids that are none."""
        check_id(self.id, "id")
        check_ids(self.members, "members")


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can break. Tier 1 is the most important, 0 unknown; the policy is escalated by."""

    id: str
    name: str = setting(default="", most=_LONGEST_NAME)
    owner_team: str = setting(default="", most=128)
    tier: int = setting(default=0, least=0, most=9)
    depends_on: tuple[str, ...] = setting(default=(), most=500)
    runbook_url: str = setting(default="", most=2000)
    escalation_policy: str = setting(default="", most=128)
    labels: Mapping[str, str] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        """Refuse ids that are none, and a link that is none."""
        check_id(self.id, "id")
        check_ids(self.depends_on, "depends_on")
        if self.id in self.depends_on:
            raise ConfigError("a service does not depend on itself", "depends_on")
        if self.runbook_url and not self.runbook_url.startswith(("https://", "http://")):
            raise ConfigError("must begin with https:// or http://", "runbook_url")


Record: TypeAlias = User | Team | Service | ScheduleDraft
_CLASSES: Mapping[Kind, type[Record]] = {
    Kind.USER: User,
    Kind.TEAM: Team,
    Kind.SERVICE: Service,
    Kind.SCHEDULE: ScheduleDraft,
}


def record_class(kind: Kind) -> type[Record]:
    """The class of the records of a kind."""
    return _CLASSES[kind]


def _numbered(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    taken = [one.id for one in contacts if one.id]
    found: list[Contact] = []
    for number, one in enumerate(contacts):
        if one.id and taken.count(one.id) > 1:
            raise ConfigError(f"two contacts have the id {one.id!r}", f"contacts[{number}].id")
        found.append(one if one.id else replace(one, id=_free_id(one.channel, taken)))
        taken.append(found[-1].id)
    return tuple(found)


def _free_id(channel: str, taken: list[str]) -> str:
    number = 1
    while (wanted := f"{channel[:56]}.{number}") in taken:
        number += 1
    return wanted
