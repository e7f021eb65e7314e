"""The demo plays the same storm each time, through every door, and tells what came of it."""

import subprocess
import sys
from datetime import UTC, datetime

from incident_hub.cli.demo.shots import ALERTMANAGER, GENERIC, GRAFANA, PROMETHEUS
from incident_hub.cli.demo.storm import DEFAULT_ALERTS, build_storm
from incident_hub.cli.demo.table import Board
from incident_hub.cli.text import plain
from rich.console import Console

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_same_seed_is_the_same_storm() -> None:
    assert build_storm(START, seed=3) == build_storm(START, seed=3)
    assert build_storm(START, seed=3) != build_storm(START, seed=4)


def test_the_storm_uses_every_door_and_is_as_large_as_promised() -> None:
    shots = build_storm(START)
    assert {shot.path for shot in shots} == {GENERIC, ALERTMANAGER, GRAFANA, PROMETHEUS}
    assert 600 <= sum(shot.alerts for shot in shots) <= 1000
    assert abs(sum(shot.alerts for shot in shots) - DEFAULT_ALERTS) < 50
    assert [shot.at for shot in shots] == sorted(shot.at for shot in shots)
    assert shots[-1].at < 25


def test_hostile_titles_are_shown_as_text() -> None:
    board = Board(1)
    title = "[red]close all[/red]\x1b[2J\r\n"
    incident = {"id": "1", "title": title, "severity": "P0", "state": "DETECTED", "count": 1, "groupId": "g"}
    board.update(incident)
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(board.table())
    console.file.close()
    told = console.export_text()
    assert "[red]close all[/red]" in told
    assert "\x1b" not in told
    assert plain(title).isprintable()


def test_the_demo_ends_with_what_came_of_the_storm() -> None:
    code = "from incident_hub.cli.main import main; main()"
    command = [sys.executable, "-c", code, "demo", "--exit", "--speed", "20", "--alerts", "60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "\x1b" not in told
    assert len(told.splitlines()) < 40
    for words in ("Prompt injection", "#1", "noise reduction", "events sound", "at http://127.0.0.1:"):
        assert words in told
    figures = dict(line.strip().split("  ", 1) for line in told.splitlines()[-7:])
    assert "500" not in figures["alerts sent"]
    assert int(figures["incidents"].split(",")[0]) < int(figures["alerts stored"].split(";")[0])
    assert int(figures["notifications"].split()[0]) > 0
