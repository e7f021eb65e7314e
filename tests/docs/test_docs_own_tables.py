"""The page on tables of one's own: a reader who writes its files and types its commands gets what it says."""

from pathlib import Path

import pytest
from incident_hub.storage.plugin_tables.names import name_problem
from incident_hub.testing.pages import Shell, blocks, play
from incident_hub.testing.postgres import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "plugins" / "own-tables.md").read_text(encoding="utf-8")


@pytest.fixture
def reader(tmp_path: Path) -> Shell:
    """Somebody whose pip installs into a folder that Python looks into, and only what it was told."""
    place, site = tmp_path / "place", tmp_path / "site"
    place.mkdir()
    install = f"uv pip install -q --no-deps --reinstall --target {site} ."
    replaced = {
        "pip install --upgrade .": install,
        "pip install .": install,
        "pip uninstall -y incident-hub-seen": f"rm -r {site}",
    }
    return Shell(place, free_port(), replaced=replaced, extra={"PYTHONPATH": str(site)})


def test_a_reader_gets_there(reader: Shell) -> None:
    play(PAGE, reader)


def test_every_block_is_run_or_is_a_file() -> None:
    quiet = [
        one for one in blocks(PAGE) if not one.file and one.kind != "console" and one.mark != "run: server"
    ]
    assert quiet == []


def test_the_longest_name_is_that_of_the_page() -> None:
    assert "up to 40 of" in PAGE
    assert (name_problem("a" * 40, []), bool(name_problem("a" * 41, []))) == ("", True)
