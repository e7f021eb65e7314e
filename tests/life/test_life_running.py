"""A hub that runs: told to read its configuration again, started without plugins, or strict about them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from incident_hub.testing.postgres import free_port
from incident_hub.testing.wheels import Wheel

BIN = Path(sys.executable).parent / "incident-hub"
DIAL = """
import pathlib
from dataclasses import dataclass
from incident_hub_hookspecs import hookimpl, setting
MARKS = pathlib.Path("{marks}")
(MARKS / "imported").touch()

@dataclass(frozen=True)
class Settings:
    turn: int = setting("How far.", default=1, most=10)

@hookimpl
def register_config():
    return Settings

@hookimpl
async def reconfigure(context):
    (MARKS / ("turn-%d" % context.config.turn)).touch()
"""
INCIDENT = """mutation { createIncident(input: {title: "by hand", severity: P2}) {
    ... on IncidentPayload { incident { title state } } } }"""


class Place:
    """A folder with a hub's configuration and a site with the plugin `dial`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        code = DIAL.replace("{marks}", str(folder))
        Wheel("acme-dial", "1.0", {"acme_dial.py": code}, {"dial": "acme_dial"}).unpack(folder / "site")
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("INCIDENT_HUB_")}
        self.env |= {"PYTHONPATH": str(folder / "site"), "API_PORT": str(self.port)}

    def write(self, text: str) -> None:
        (self.folder / "incident-hub.yaml").write_text(text)

    def marks(self) -> set[str]:
        return {
            path.name for path in self.folder.iterdir() if path.name == "imported" or path.name[:4] == "turn"
        }

    def hub(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN, *arguments], cwd=self.folder, env={**self.env, **(env or {})},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @contextmanager
    def running(self, ready: str, *arguments: str) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
        """Start it; what is yielded waits until the log says something and gives the process."""
        log = self.folder / f"{arguments[0]}.log"
        with log.open("w") as sink:
            process = subprocess.Popen([BIN, *arguments], cwd=self.folder, env=self.env, stderr=sink)

            def wait_for(pattern: str) -> subprocess.Popen[bytes]:
                until = time.monotonic() + 30
                while not re.search(pattern, log.read_text()):
                    assert process.poll() is None, log.read_text()
                    assert time.monotonic() < until, log.read_text()
                    time.sleep(0.05)
                return process

            try:
                wait_for(ready)
                yield wait_for
            finally:
                process.terminate()
                process.wait(30)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def ask(place: Place, document: str) -> dict[str, Any]:
    answer = httpx.post(f"{place.url}/graphql", json={"query": document}).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def test_a_running_hub_takes_new_settings_and_refuses_wrong_ones(place: Place) -> None:
    place.write("plugins: {dial: {turn: 2}}\n")
    with place.running("listens on", "serve") as wait_for:
        assert place.marks() == {"imported"}
        place.write("plugins: {dial: {turn: 3}}\nport: 1\npublic_url: https://hub.example\n")
        told = place.hub("plugins", "reload")
        assert (told.returncode, told.stdout) == (
            0, "dial: applied: its settings\napplied: public_url\n",
        ), told.stderr  # fmt: skip
        assert place.marks() == {"imported", "turn-3"}

        place.write("plugins: {dial: {turn: 99}, correlator_window: {window_seconds: 60}}\n")
        told = place.hub("plugins", "reload", "--url", place.url)
        assert told.returncode == 1
        assert "dial: refused: the old settings stay: plugins.dial.turn: must be" in told.stdout
        assert (
            "correlator_window: restart: its configuration changed: restart the hub to apply it"
            in told.stdout
        )
        assert httpx.post(f"{place.url}/webhooks/generic", json={"title": "x"}).status_code == 202
        lines = place.hub("plugins", "list", "--url", place.url).stdout.splitlines()
        (dial,) = [line for line in lines if line.startswith("dial ")]
        assert "active" in dial
        assert "the old settings stay" in dial
        (generic,) = [line for line in lines if line.startswith("parser_generic ")]
        assert re.search(r"1 calls\s+0 errors\s+p50 [\d.]+ ms\s+p95 [\d.]+ ms", generic)

        place.write("plugins: [\n")
        wait_for("listens on").send_signal(signal.SIGHUP)
        wait_for(r"the configuration is refused, the old one stays: incident-hub.yaml, line 2")
        assert ask(place, "{ health { configuration status } }")["health"]["status"] == "degraded"
        assert "line 2" in httpx.get(f"{place.url}/health/ready").json()["configuration"]
        assert "incident_hub_config_last_reload_successful 0.0" in httpx.get(f"{place.url}/metrics").text
        told = place.hub("plugins", "reload", "--url", place.url)
        assert told.stderr.startswith("incident-hub: refused, the old configuration stays: ")
        assert told.returncode == 1

        place.write("plugins: {dial: {turn: 4}}\n")
        wait_for("listens on").send_signal(signal.SIGHUP)
        wait_for("(?s)(plugin dial: applied: its settings.*){2}")
        assert place.marks() == {"imported", "turn-3", "turn-4"}
        assert ask(place, "{ health { configuration } }")["health"]["configuration"] == "ok"


def test_a_worker_takes_new_settings_by_signal(place: Place) -> None:
    with place.running("Working on", "worker") as wait_for:
        place.write("plugins: {dial: {turn: 5}}\n")
        wait_for("Working on").send_signal(signal.SIGHUP)
        wait_for("plugin dial: applied: its settings")
    assert place.marks() == {"imported", "turn-5"}


def test_a_plugin_in_its_own_process_takes_new_settings_too(place: Place) -> None:
    place.write("plugins: {dial: {isolation: process}}\n")
    with place.running("listens on", "serve"):
        for turn, told in (
            ("turn: 6", "dial: applied: its settings"),
            ("turn: 66", "dial: refused: the old settings stay: ConfigError: plugins.dial.turn: must be"),
            ("turn: 6, memory_mb: 300", "dial: restart: its configuration changed"),
            ("turn: 6, rate_per_second: 5", "dial: applied: its rate"),
        ):
            place.write(f"plugins: {{dial: {{isolation: process, {turn}}}}}\n")
            assert told in place.hub("plugins", "reload").stdout
    assert place.marks() == {"imported", "turn-6"}


def test_safe_mode_imports_no_plugin_and_still_serves_people(place: Place) -> None:
    with place.running("safe mode, no plugin is loaded", "serve", "--safe-mode"):
        for path in ("/webhooks/generic", "/api/v2/alerts"):
            answer = httpx.post(f"{place.url}{path}", json=[{"title": "x"}])
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
            assert "the hub is in safe mode" in answer.text
        assert httpx.post(f"{place.url}/webhooks/generic", json={}).json()["error"]["code"] == "safe_mode"
        assert ask(place, INCIDENT)["createIncident"]["incident"]["title"] == "by hand"
        assert {one["status"] for one in ask(place, "{ plugins { status } }")["plugins"]} == {"disabled"}
        assert ask(place, "{ health { status } }")["health"]["status"] == "ok"
    assert place.marks() == set()


def test_strict_mode_names_everything_that_is_wrong(place: Place) -> None:
    place.write("plugins: {dial: {turn: 99}, parser_grafana: {windw: 1}}\n")
    told = place.hub("serve", env={"INCIDENT_HUB_STRICT_PLUGINS": "1"})
    assert told.returncode == 1
    assert "strict about plugins, and these do not serve:\n" in told.stderr
    assert "\ndial: misconfigured: plugins.dial.turn: must be" in told.stderr
    assert "\nparser_grafana: misconfigured: plugins.parser_grafana.windw: unknown key" in told.stderr


@pytest.mark.parametrize("allowed", ["", "parser_generic"])
def test_what_is_not_allowed_is_not_imported(place: Place, allowed: str) -> None:
    told = place.hub("plugins", "list", env={"INCIDENT_HUB_PLUGINS_ALLOW": allowed})
    lines = {line.split()[0]: line.split()[2] for line in told.stdout.splitlines()}
    assert lines["dial"] == "disabled"
    assert [name for name, status in lines.items() if status == "active"] == ([allowed] if allowed else [])
    assert place.marks() == set()
