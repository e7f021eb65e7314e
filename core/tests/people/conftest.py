"""People on a real database: the service that writes them, and what resolves receivers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.people import Kind
from incident_hub.domain.receivers import Receiver
from incident_hub.host.config import HubConfig, NotifyConfig, NotifyTarget
from incident_hub.host.directories import Directories
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.response.people.commands import People
from incident_hub.response.people.directory import LocalDirectory
from incident_hub.response.people.documents import SECTIONS, parse_documents
from incident_hub.response.people.resolution import Resolution
from incident_hub.response.people.resolve import resolve
from incident_hub.storage.database import Database
from incident_hub.triage.lookup import Lookup
from incident_hub.triage.services import Services
from incident_hub_hookspecs.testing import KnownDirectory

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)


class Crew:
    """One database with people in it."""

    def __init__(self, database: Database) -> None:
        self.database, self.registry = database, Registry()
        self.people = People(database, HubClock(), lambda: None)
        for channel in ("notifier_email", "notifier_slack", "sms"):
            self.registry.notifiers[channel] = None  # type: ignore[assignment] - nothing is sent here
        self.config = HubConfig(notify=NotifyConfig(targets=(NotifyTarget("notifier_slack"),)))

    def know(self, **directories: KnownDirectory) -> None:
        """Add directories of plugins."""
        for name, one in directories.items():
            self.registry.records[name] = PluginRecord(name, name, "1", PluginStatus.ACTIVE)
            self.registry.directories[name] = one

    @property
    def services(self) -> Services:
        """What the resolution works with."""
        dispatcher = Dispatcher(self.registry)
        directories = Directories(
            self.registry, dispatcher, deadline=5, cache_seconds=60, own=LocalDirectory(self.database)
        )
        return Services(
            self.database, self.registry, dispatcher, self.config, Lookup(self.database), directories,
            HubClock(),
        )  # fmt: skip

    async def have(self, **sections: Sequence[Mapping[str, Any]]) -> None:
        """Write users, teams, services and schedules."""
        records, errors = parse_documents(sections)
        assert not errors, errors
        await self.people.apply(records, "test")

    async def lose(self, section: str, key: str) -> None:
        """Delete one record."""
        kind: Kind = SECTIONS[section]
        await self.people.delete(kind, key, "test")

    async def resolve(
        self, receiver: str, at: datetime = NOON, severity: str = "P1", channels: Sequence[str] = ()
    ) -> Resolution:
        """Resolve a receiver."""
        return await resolve(self.services, Receiver.parse(receiver), at, severity, channels)


@pytest.fixture
def crew(database: Database) -> Crew:
    """An empty crew."""
    return Crew(database)


def email(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - a contact's fields
    """A verified contact by e-mail."""
    return {"channel": "notifier_email", "address": f"{name}@example.com", "verified": True, **more}


def user(key: str, *contacts: Mapping[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user with an e-mail contact, or with those given."""
    return {"id": key, "contacts": list(contacts) or [email(key)], **more}


def weekly(*people: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A layer of weekly turns since a Monday at 09:00."""
    return {"name": "first", "people": people, "rotation": {"starts_on": "2026-03-23"}, **more}
