"""What the README tells to type works, and answers as the README says; `incident_hub.testing.pages` says how."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from incident_hub.host.config import HubConfig
from incident_hub.testing.pages import Shell, blocks, steps
from incident_hub.testing.postgres import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path, free_port(), replaced={"uv run incident-hub": "incident-hub"})
    (serve,) = [block.body for block in blocks(README, "sh") if block.mark == "run: server"]
    with shell.serving(serve):
        yield shell


def test_every_command_answers_as_written(shell: Shell) -> None:
    for block in blocks(README, "console"):
        for step in steps(block.body):
            shell.follow(step)


def test_every_shell_block_is_run_or_says_why_not() -> None:
    shown = blocks(README, "sh", "bash")
    assert [block.body for block in shown if not block.mark.startswith(("run: ", "not run: "))] == []


def test_the_quick_start_begins_with_the_one_command() -> None:
    first = README.split("## Quick start")[1].split("```sh\n")[1].splitlines()[0]
    assert first == "python3 -m pip install uv && uv run incident-hub demo"


def test_the_configuration_shown_is_accepted_as_it_stands(tmp_path: Path) -> None:
    (shown,) = [block.body for block in blocks(README, "yaml") if "database_url" in block.body]
    file = tmp_path / "incident-hub.yaml"
    file.write_text(shown, encoding="utf-8")
    config = HubConfig.load(file, {"HUB_DATABASE": "sqlite:///hub.db"})
    assert config.database_url == "sqlite:///hub.db"
    assert config.notify.targets[0].options == {"url": "https://pager.example.com/hook"}


def test_every_environment_variable_is_documented() -> None:
    from incident_hub.host.config_sources import ENVIRONMENT

    assert [name for name in ENVIRONMENT if f"`{name}`" not in README] == []


def test_every_subcommand_is_documented() -> None:
    from incident_hub.cli.main import program

    names = program.list_commands(click.Context(program))
    assert [name for name in names if f"\n| `{name}" not in README] == []


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    known = "not run: these are the tests"
    (shown,) = [block.body.strip() for block in blocks(README, "sh") if block.mark == known]
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in commands if line.endswith(shown)]
