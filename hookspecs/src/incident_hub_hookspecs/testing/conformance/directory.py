"""Directories."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.people import Directory, Person, Service, Shift, Team
from incident_hub_hookspecs.testing.builders import NOON
from incident_hub_hookspecs.testing.conformance.base import the_only
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import a_text, aware, hold, instance, sequence
from incident_hub_hookspecs.testing.conformance.stage import Stage
from incident_hub_hookspecs.testing.hostile import HOSTILE_TEXTS

__all__ = ["DirectoryConformance"]

STRANGERS = {**HOSTILE_TEXTS, "nothing": "", "long": "x" * 100_000}


class DirectoryConformance(CallConformance):
    """For a plugin with `register_directories`.

    Override `known` with ids that your directory knows; a kind that it does not serve stays out.
    """

    @pytest.fixture
    def directory_under_test(self, plugin: object, stage: Stage) -> Directory:
        """The directory under test; `directory` is what the plugin itself is handed."""
        found: Directory = the_only(plugin, "register_directories", stage, "directory_under_test")
        return found

    @pytest.fixture
    def known(self) -> dict[str, str]:
        """An id that is known for each of `person`, `team`, `service` and `schedule` that is served."""
        return {}

    @pytest.fixture
    def subject(
        self, directory_under_test: Directory, known: dict[str, str]
    ) -> tuple[Directory, dict[str, str]]:
        """The directory and what it knows."""
        return directory_under_test, known

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:  # noqa: ARG002
        """One question of each kind."""
        directory, known = subject
        at = NOON + timedelta(hours=number)
        shifts = await directory.on_call(known.get("schedule", "nobody"), at)
        asked = (directory.person, directory.team, directory.service)
        kinds = ("person", "team", "service")
        found = [await ask(known.get(kind, "nobody")) for ask, kind in zip(asked, kinds, strict=True)]
        return [shifts, *found]

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """Shifts, and a person, a team and a service, each of them or nothing."""
        shifts, person, team, service = answer
        for index, one in enumerate(sequence(shifts, "on_call")):
            _check_shift(instance(one, Shift, f"on_call[{index}]"))
        if person is not None:
            _check_texts(instance(person, Person, "person"))
        if team is not None:
            _check_texts(instance(team, Team, "team"))
        if service is not None:
            _check_texts(instance(service, Service, "service"))

    def test_what_is_known_is_found(self, subject: Any, known: dict[str, str], stage: Stage) -> None:
        """Under its own id. Without anything known the directory would be of no use."""
        hold(known, "override `known` with ids that the directory knows")
        shifts, *found = stage.run(lambda: self.ask(subject, stage.context))
        for kind, one in zip(("person", "team", "service"), found, strict=True):
            hold((one is not None) == (kind in known), f"{kind}: {known.get(kind)!r} gives {one!r}")
        hold(bool(shifts) == ("schedule" in known), f"schedule: {known.get('schedule')!r} gives {shifts!r}")

    @pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
    def test_a_stranger_is_nobody(self, directory_under_test: Directory, stage: Stage, stranger: str) -> None:
        """None, or nothing, and no error: the hub asks the next directory."""
        nobody = dict.fromkeys(("person", "team", "service", "schedule"), stranger)
        answer = stage.run(lambda: self.ask((directory_under_test, nobody), stage.context))
        self.check(answer)
        hold(not any(answer), f"{stranger[:60]!r} is known: {answer!r}")

    @pytest.mark.parametrize(
        "at",
        [
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(9000, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=14))),
            datetime(2026, 10, 25, 0, 59, 60 - 1, fold=1, tzinfo=UTC),
        ],
        ids=str,
    )
    def test_any_moment_has_its_answer(
        self, directory_under_test: Directory, known: dict[str, str], stage: Stage, at: datetime
    ) -> None:
        """Long ago, far ahead, in any zone."""
        schedule = known.get("schedule", "nobody")
        shifts = stage.run(lambda: directory_under_test.on_call(schedule, at))
        for one in sequence(shifts, "on_call"):
            _check_shift(instance(one, Shift, "on_call"))


def _check_shift(shift: Shift) -> None:
    _check_texts(instance(shift.person, Person, "person"))
    aware(shift.starts_at, "starts_at")
    aware(shift.ends_at, "ends_at")


def _check_texts(one: Person | Team | Service) -> None:
    hold(one.id, f"{one!r} has no id")
    a_text(one.id, "id")
    a_text(one.name, "name")
    pairs = one.labels if isinstance(one, Service) else one.contacts
    for name, value in pairs.items():
        a_text(name, "a name")
        a_text(value, name)
