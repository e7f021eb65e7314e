"""The directory in a file: its own format and Backstage's, wrong files, files that change."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from incident_hub_directory_file import FileDirectory, Settings, plugin
from incident_hub_hookspecs import ConfigError, Person, Service, Team
from incident_hub_hookspecs.testing import plugin_context

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN = """
people:
  - {id: ann, name: Ann, email: Ann@example.com, time_zone: Europe/Berlin}
  - {id: bob, contacts: {notifier_webhook: "https://pager.example.com/bob"}}
teams: [{id: platform, members: [ann, bob], schedule: night}]
services:
  - {id: chat, owner_team: platform, tier: 1, depends_on: [gateway], runbook_url: "https://w.example.com",
     labels: {a: b}}
on_call: {night: [bob, ann]}
"""
BACKSTAGE = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: search, title: Search, labels: {x: y}, annotations: {incident-hub/tier: "2"}}
spec: {type: service, owner: group:default/finders, dependsOn: ["component:default/index", "resource:db"]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: finders, annotations: {incident-hub/schedule: find}}
spec: {type: team, profile: {displayName: The Finders}, members: [user:default/cy], children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: cy}
spec: {profile: {displayName: Cy, email: cy@example.com}, memberOf: [finders]}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: elsewhere}
"""


def directory(path: Path, content: str, problems: list[str] | None = None) -> FileDirectory:
    path.write_text(content, encoding="utf-8")
    context = plugin_context("directory_file", Settings((str(path),), check_seconds=0), problems=problems)
    (made,) = plugin.register_directories(context)
    assert isinstance(made, FileDirectory)
    return made


async def test_its_own_format_says_who_and_what(tmp_path: Path) -> None:
    found = directory(tmp_path / "c.yaml", OWN)
    ann = Person("ann", "Ann", "Ann@example.com", "Europe/Berlin")
    assert [await found.person(key) for key in ("ann", "ANN@EXAMPLE.COM", "nobody")] == [ann, ann, None]
    assert await found.team("platform") == Team("platform", "", ("ann", "bob"), "night")
    assert await found.service("chat") == Service(
        "chat", "", "platform", 1, ("gateway",), "https://w.example.com", {"a": "b"}
    )
    assert [shift.person.id for shift in await found.on_call("night", NOW)] == ["bob", "ann"]
    assert await found.on_call("day", NOW) == []


async def test_backstage_entities_are_services_teams_and_people(tmp_path: Path) -> None:
    found = directory(tmp_path / "c.yaml", BACKSTAGE)
    assert await found.service("search") == Service(
        "search", "Search", "finders", 2, ("index", "db"), "", {"x": "y"}
    )
    assert await found.team("finders") == Team("finders", "The Finders", ("cy",), "find")
    assert await found.person("cy@example.com") == Person("cy", "Cy", "cy@example.com")
    assert await found.service("elsewhere") is None


async def test_a_changed_file_is_read_and_a_broken_one_keeps_the_last_good_one(tmp_path: Path) -> None:
    path, problems = tmp_path / "c.yaml", list[str]()
    found = directory(path, OWN, problems)
    path.write_text(OWN + "\nteams: [{id: x}", encoding="utf-8")
    assert await found.team("platform")
    assert "c.yaml: line " in problems[-1]
    assert problems[-1].endswith("the last good catalog serves")
    path.write_text("teams: [{id: data}]", encoding="utf-8")
    assert await found.team("data") == Team("data")
    assert problems[-1] == ""
    path.unlink()
    assert await found.team("data") == Team("data")
    assert "cannot be read" in problems[-1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[1]", "document 1: expected an object"),
        ("peple: []", "document 1: peple: unknown key"),
        ("people: [{name: x}]", "people[0].id: missing"),
        ("people: [{id: 7}]", "people[0].id: expected a string"),
        ("people: [{id: a}, {id: a}]", "the person `a` is there already"),
        ("teams: [{id: t, members: [a]}]", "teams.t: there is no person `a`"),
        ("on_call: {night: [a]}", "on_call.night: there is no person `a`"),
        ("services: [{id: s, tier: 12}]", "services[0].tier: expected a number from 1 to 9"),
        ("services: [{id: s, teir: 1}]", "services[0].teir: unknown key"),
        ("a: &a [x]\nb: *a", "line 2: aliases are not allowed"),
        ("apiVersion: backstage.io/v1alpha1\nkind: User", "metadata.name: missing"),
        ("a: !!python/name:os.system x", "line 1: could not determine a constructor"),
        ("[" * 5000, "is not sound YAML"),
    ],
)
def test_a_wrong_file_is_named_with_place_and_reason(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        directory(tmp_path / "c.yaml", content)
    assert told in str(refused.value)
    assert "c.yaml" in str(refused.value) or told.startswith(("teams.", "on_call."))


def test_without_a_file_there_is_no_directory() -> None:
    assert plugin.register_directories(plugin_context("directory_file", Settings())) == []
