"""The page on people: its file is read without an error, its commands and queries are the hub's."""

import shlex
from pathlib import Path

import yaml
from graphql import build_schema, parse, validate
from incident_hub.cli.commands.oncall import command
from incident_hub.host.config import DirectoriesConfig
from incident_hub.response.people.documents import parse_documents
from incident_hub.testing.pages import blocks, steps

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")
SCHEMA = (ROOT / "schema.graphql").read_text(encoding="utf-8")


def test_the_file_is_read_without_an_error() -> None:
    (shown,) = blocks(PAGE, "yaml")
    records, errors = parse_documents(yaml.safe_load(shown.body))
    assert errors == []
    assert len(records) == 6


def test_the_commands_and_the_query_are_the_hubs() -> None:
    (console,) = blocks(PAGE, "console")
    for step in steps(console.body):
        name, verb, *arguments = shlex.split(step.command)
        assert (name, verb) == ("incident-hub", "oncall")
        command.commands[arguments[0]].make_context(arguments[0], arguments[1:])
    (query,) = blocks(PAGE, "graphql")
    assert validate(build_schema(SCHEMA), parse(query.body)) == []


def test_what_it_names_is_there() -> None:
    for name in ("saveUser", "saveTeam", "saveService", "saveSchedule", "addOverride", "createCalendarFeed",
                 "closeCalendarFeed", "importCalendar"):  # fmt: skip
        assert name in PAGE
        assert f"  {name}(" in SCHEMA
    assert hasattr(DirectoriesConfig(), "calendar_seconds")
