"""What tests across packages share: this tree as wheels, fresh environments, somebody who takes messages."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and where its packages come from besides the registry."""

    folder: Path
    wheels: Path

    @property
    def programs(self) -> Path:
        return self.folder / "bin"

    def variables(self) -> Mapping[str, str]:
        """For programs that install: the tree's wheels, and this environment instead of the caller's."""
        links = [str(self.wheels), os.environ.get("UV_FIND_LINKS", "")]
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_HUB_")},
            "UV_FIND_LINKS": ",".join(filter(None, links)),
            "PIP_FIND_LINKS": " ".join([str(self.wheels), os.environ.get("PIP_FIND_LINKS", "")]).strip(),
            "VIRTUAL_ENV": str(self.folder),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
        }

    def run(self, *command: object, cwd: Path | None = None) -> str:
        """Run a program of the environment; its output, or an error that shows it."""
        words = [str(word) for word in command]
        done = subprocess.run(
            words, cwd=cwd or self.folder, env=self.variables(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def install(self, *what: object) -> None:
        """Install packages by name, or from folders and files."""
        self.run("uv", "pip", "install", "-q", *what)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract, the core, every bundled plugin and `incident-hub` itself, as a release would have them."""
    folder = tmp_path_factory.mktemp("wheels")
    subprocess.run(
        ["uv", "build", "-q", "--all-packages", "--wheel", "-o", str(folder)],
        cwd=ROOT,
        env={**os.environ, "INCIDENT_HUB_RELEASE": "1"},
        check=True,
    )
    return folder


@pytest.fixture(scope="session")
def fresh(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Make an empty environment, and install what is named."""

    def make(*what: object) -> Environment:
        folder = tmp_path_factory.mktemp("venv")
        subprocess.run(["uv", "venv", "-q", "--clear", "-p", sys.executable, str(folder)], check=True)
        made = Environment(folder, wheels)
        if what:
            made.install(*what)
        return made

    return make


@dataclass
class Receiver:
    """What a chat room or a pager outside was told: the JSON of each POST. It names each `page-N`."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on a loopback port."""
    known = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            answer = json.dumps({"page": f"page-{len(known.told)}"}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    known.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()
