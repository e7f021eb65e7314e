"""The page on simulations: its configuration and commands are accepted, its query valid, its figures the code's."""

import shlex
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from incident_hub.cli.commands.simulate import command
from incident_hub.host.config import HubConfig
from incident_hub.simulation.asking import MOST_ALERTS, SECONDS
from incident_hub.simulation.settings import changed, written
from incident_hub.testing.pages import blocks, steps
from incident_hub_classifier_rules import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "simulate.md").read_text(encoding="utf-8")


def test_the_configuration_and_the_commands_are_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (shown,) = blocks(PAGE, "yaml")
    Path(shown.file).write_text(shown.body, encoding="utf-8")
    config = HubConfig.load(Path(shown.file), {})
    assert config.plugins["classifier_rules"].keys() <= set(written(Settings()))
    (console,) = blocks(PAGE, "console")
    for step in steps(console.body):
        name, verb, *arguments = shlex.split(step.command)
        assert (name, verb) == ("incident-hub", "simulate")
        assert command.make_context(verb, arguments).params["config_file"] == Path(shown.file)


def test_the_query_fits_the_schema_and_its_change_the_configuration() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
    (shown,) = blocks(PAGE, "graphql")
    assert validate(schema, parse(shown.body)) == []
    overlaid = changed(HubConfig(), {"deduplication": {"window_seconds": 300}})
    assert overlaid["deduplication"] == {"window_seconds": 300, "reopen_window_seconds": 3600}


def test_the_figures_are_those_of_the_code() -> None:
    said = " ".join(PAGE.split())
    limit = next(one for one in command.params if one.name == "limit").default
    assert f"More than {limit} alerts" in said
    assert f"{MOST_ALERTS} alerts at most, within {SECONDS:g} seconds" in said
