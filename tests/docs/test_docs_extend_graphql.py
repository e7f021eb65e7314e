"""The page on GraphQL, routes and commands: who writes its files and types its commands gets what it says."""

from pathlib import Path

import pytest
from incident_hub.api.graphql.plugins.guard import THREADS
from incident_hub.host.config import PluginCallsConfig
from incident_hub.testing.pages import Shell, blocks, play
from incident_hub.testing.postgres import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "plugins" / "extend-graphql.md").read_text(encoding="utf-8")


@pytest.fixture
def reader(tmp_path: Path) -> Shell:
    """Somebody whose pip installs into a folder that Python looks into, and only what it was told."""
    place, site = tmp_path / "place", tmp_path / "site"
    place.mkdir()
    install = f"uv pip install -q --no-deps --reinstall --target {site} ."
    replaced = {"pip install --upgrade .": install, "pip install .": install}
    more = {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    return Shell(place, free_port(), replaced=replaced, extra=more)


def test_a_reader_gets_there(reader: Shell) -> None:
    play(PAGE, reader)


def test_every_block_is_run_or_is_a_file() -> None:
    quiet = [
        one for one in blocks(PAGE) if not one.file and one.kind != "console" and one.mark != "run: server"
    ]
    assert quiet == []


def test_the_limits_are_those_of_the_page() -> None:
    assert (THREADS, PluginCallsConfig().deadline_seconds) == (6, 10)
    assert PluginCallsConfig().max_response_bytes == 8 * 1024 * 1024
