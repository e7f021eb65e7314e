"""A hub in a process of its own with the twelve plugins that misbehave, and one that does not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import psutil
import pytest
from incident_hub.testing.postgres import free_port
from incident_hub.testing.site import Site

PLUGINS = Path(__file__).parent / "plugins"
QUERY = """query ($after: String) { incidents(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  edges { node { title labelsMap findings { stage plugin value error } } } } }"""
RECORDS = "{ plugins { name status reason mend isolated restarts lastRestart calls errors } }"


@dataclass
class LiveHub:
    """The hub, seen through its doors and from outside."""

    process: psutil.Process
    client: httpx.Client
    log: Path
    sent: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def send(self, number: int, pause: float) -> None:
        """So many alerts, one after the other; each must be accepted."""
        for _ in range(number):
            title = f"alert {len(self.sent)}"
            begun = monotonic()
            answer = self.client.post("/webhooks/generic", json={"title": title, "labels": {"owner": "ada"}})
            self.slowest = max(self.slowest, monotonic() - begun)
            assert answer.status_code == 202, answer.text
            self.sent.append(title)
            sleep(pause)

    def incidents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            data = self._ask(QUERY, {"after": page["endCursor"]})["incidents"]
            found += [edge["node"] for edge in data["edges"]]
            page = data["pageInfo"]
        return found

    def plugins(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self._ask(RECORDS, {})["plugins"]}

    def findings(self, plugin: str) -> list[dict[str, Any]]:
        return [
            one for incident in self.incidents() for one in incident["findings"] if one["plugin"] == plugin
        ]

    def replaced(self, plugin: str, reason: str) -> bool:
        """Whether the plugin's process was replaced for this reason, as the log has it."""
        begin = f"plugin {plugin}: its process starts again in "
        return any(begin in line and reason in line for line in self.log.read_text().splitlines())

    def until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until it does."""
        end = monotonic() + seconds
        while not holds():
            assert monotonic() < end, self.plugins()
            sleep(0.2)

    def _ask(self, query: str, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401
        answer = self.client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]


Start = Callable[..., Any]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a hub with this configuration; leaving the block ends it."""

    @contextmanager
    def start(**config: Any) -> Iterator[LiveHub]:  # noqa: ANN401
        site = Site(tmp_path / "site")
        for file in sorted(PLUGINS.glob("*.py")):
            site.add(file.stem, file.read_text(encoding="utf-8"))
        port, log = free_port(), tmp_path / "hub.log"
        known = {"data_dir": str(tmp_path), "port": port, "plugins_allow": _allowed(), **config}
        (tmp_path / "hub.yaml").write_text(json.dumps(known), encoding="utf-8")
        with log.open("w") as sink:
            hub = subprocess.Popen(
                [str(Path(sys.executable).parent / "incident-hub"), "serve", "--config", str(tmp_path / "hub.yaml")],
                env={**_environment(), "PYTHONPATH": str(site.folder)}, stderr=sink,
            )  # fmt: skip
        try:
            _wait(hub, log)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
                yield LiveHub(psutil.Process(hub.pid), client, log)
        finally:
            hub.terminate()
            hub.wait(30)
        assert hub.returncode in (0, -15), log.read_text()

    return start


def _allowed() -> list[str]:
    return ["parser_generic", *(file.stem for file in PLUGINS.glob("*.py"))]


def _environment() -> dict[str, str]:
    ours = ("DATABASE_", "API_", "INCIDENT_HUB_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _wait(hub: subprocess.Popen[bytes], log: Path) -> None:
    end = monotonic() + 60
    while "listens on" not in log.read_text():
        assert hub.poll() is None, log.read_text()
        assert monotonic() < end, log.read_text()
        sleep(0.05)
