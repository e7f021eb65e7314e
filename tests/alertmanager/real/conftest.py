"""The hub and foreign programs as children on loopback, and ways to see what they did."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from incident_hub.testing.postgres import free_port
from incident_hub.testing.programs import SOON, program, running_program, until_it_answers

PAGE = "{alert: %s, expr: '%s', labels: {%s}, annotations: {summary: %s}}"
FLAPPING = PAGE % (
    "ModelSlow",
    "vector(time()) % 16 < 8",
    "severity: critical, provider: acme, model: gpt-x",
    "answers are slow",
)
STEADY = PAGE % ("Steady", "vector(1)", "severity: warning", "always there")
ORPHAN = PAGE % ("Orphan", "vector(1)", "severity: warning", "orphan")
RULES = "groups: [{name: hub, interval: 1s, rules: [%s]}]\n"
CONFIG = """global: {evaluation_interval: 1s}
rule_files: [rules.yml]
alerting: {alertmanagers: [{api_version: v2, static_configs: [{targets: ['%s']}]}]}
"""
INSTALL = "apt-get install -y --no-install-recommends prometheus prometheus-alertmanager"

Look = Callable[[], list[sqlite3.Row]]
StartPrometheus = Callable[[str, Path], subprocess.Popen[bytes]]


class Watch:
    """Looks into the hub's database from outside."""

    def __init__(self, data: Path) -> None:
        self._file = data / "incident-hub.db"

    def incidents(self, title: str, *, ended: bool | None = None) -> list[sqlite3.Row]:
        """The incidents of this title, oldest first; all, or those that ended or did not."""
        found = self._rows("SELECT * FROM incident WHERE title = ? ORDER BY id", title)
        return [i for i in found if ended is None or (i["state"] in ("resolved", "closed")) is ended]

    def events(self, incident_id: str) -> list[str]:
        """The types of an incident's events, in order."""
        found = self._rows("SELECT type FROM event WHERE incident_id = ? ORDER BY cursor", incident_id)
        return [row["type"] for row in found]

    def until(self, what: str, look: Look) -> sqlite3.Row:
        """Look again and again until there is one thing to see."""
        end = time.monotonic() + SOON
        while time.monotonic() < end:
            if found := look():
                assert len(found) == 1, f"{what}: {len(found)} of them"
                return found[0]
            time.sleep(0.2)
        raise AssertionError(f"never seen: {what}")

    def _rows(self, query: str, value: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self._file)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, (value,)).fetchall()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hub's data directory."""
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="session")
def hub_address(data: Path) -> Iterator[str]:
    """Host and port of `incident-hub serve`."""
    command = [str(Path(sys.executable).with_name("incident-hub")), "serve", "--port", "0"]
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "INCIDENT_HUB_CONFIG")}
    log = data / "serve.log"
    with (
        log.open("wb") as out,
        running_program(command, out, data, env | {"INCIDENT_HUB_DATA_DIR": str(data)}) as process,
    ):
        yield _line(process, log, r"listens on http://(\S+)")


@pytest.fixture(scope="session")
def watch(hub_address: str, data: Path) -> Watch:
    """Sees what the hub stored."""
    assert hub_address
    return Watch(data)


@pytest.fixture(scope="session")
def prometheus(hub_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prometheus with one alert that comes and goes and one that stays."""
    with running_prometheus(hub_address, tmp_path_factory.mktemp("prometheus"), FLAPPING, STEADY):
        yield


@pytest.fixture
def orphan(hub_address: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another Prometheus with one alert of its own, for a test to kill."""
    with running_prometheus(hub_address, tmp_path, ORPHAN) as process:
        yield process


@pytest.fixture(scope="session")
def amtool(hub_address: str) -> Callable[..., str]:
    """Runs amtool against the hub; its output."""
    base = [program("amtool", INSTALL), f"--alertmanager.url=http://{hub_address}"]

    def run(*args: str) -> str:
        done = subprocess.run([*base, *args], capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    return run


@contextmanager
def running_prometheus(hub: str, home: Path, *rules: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Prometheus that evaluates each second and repeats what fires each second."""
    (home / "rules.yml").write_text(RULES % ", ".join(rules))
    (home / "prometheus.yml").write_text(CONFIG % hub)
    address = f"127.0.0.1:{free_port()}"
    flags = {
        "config.file": home / "prometheus.yml",
        "storage.tsdb.path": home / "tsdb",
        "web.listen-address": address,
        "rules.alert.resend-delay": "1s",
    }
    command = [program("prometheus", INSTALL), *(f"--{name}={value}" for name, value in flags.items())]
    with (home / "log").open("wb") as out, running_program(command, out, home, dict(os.environ)) as process:
        until_it_answers(process, f"http://{address}/-/ready", home / "log")
        yield process


def _line(process: subprocess.Popen[bytes], log: Path, pattern: str) -> str:
    end = time.monotonic() + SOON
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(pattern, log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text())
