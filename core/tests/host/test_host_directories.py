"""All directories as one: the first that knows answers, one that fails counts as not knowing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from incident_hub.host.directories import Directories
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub_hookspecs import Person, Service, Shift, Team
from incident_hub_hookspecs.testing import KnownDirectory

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANN = Person("ann", email="ann@example.com")


class Broken(KnownDirectory):
    """Fails whatever it is asked."""

    calls = 0

    async def person(self, id: str) -> Person | None:  # noqa: A002, ARG002 - the contract
        self.calls += 1
        raise OSError("away")


def together(cache_seconds: float = 30, **directories: Any) -> Directories:  # noqa: ANN401
    registry = Registry()
    for name, one in directories.items():
        registry.records[name] = PluginRecord(name, name, "1", PluginStatus.ACTIVE)
        registry.directories[name] = one
    return Directories(registry, Dispatcher(registry), deadline=1, cache_seconds=cache_seconds)


async def test_the_first_directory_that_knows_answers() -> None:
    one = KnownDirectory(teams=[Team("a", name="first")])
    two = KnownDirectory(teams=[Team("a", name="second"), Team("b")], services=[Service("chat", tier=1)])
    both = together(one=one, two=two)
    assert [(await both.team(key)) for key in "abc"] == [Team("a", name="first"), Team("b"), None]
    assert await both.service("chat") == Service("chat", tier=1)


async def test_one_that_fails_does_not_hide_the_next_and_answers_are_kept() -> None:
    broken = Broken()
    both = together(a=broken, b=KnownDirectory(people=[ANN]))
    assert await both.person("ann@example.com") == ANN
    assert await both.person("ann@example.com") == ANN
    assert broken.calls == 1


async def test_who_is_on_call_comes_from_the_first_that_has_a_shift() -> None:
    both = together(a=KnownDirectory(), b=KnownDirectory(shifts={"night": [Shift(ANN, "night")]}))
    assert await both.on_call("night", NOW) == [Shift(ANN, "night")]
    assert await both.on_call("day", NOW) == []


async def test_an_answer_that_many_get_cannot_be_written_to() -> None:
    class Known(KnownDirectory):
        async def person(self, id: str) -> Person:  # noqa: A002
            return Person(id, contacts={"mail": "ada@example.com"})

    ada = await together(one=Known()).person("ada")
    assert ada is not None
    with pytest.raises(TypeError, match="read-only"):
        ada.contacts["mail"] = "eve@example.com"  # type: ignore[index]
    assert dict(ada.contacts) == {"mail": "ada@example.com"}
