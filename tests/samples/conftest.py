"""The samples as wheels, and a place where a hub runs with them."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from incident_hub.testing.pages import Shell
from incident_hub.testing.postgres import free_port

collect_ignore = ["owners", "sensors", "pager"]  # their own tests run where they are installed
HERE = Path(__file__).parent
HOOKSPECS = HERE.parents[1] / "hookspecs"
Environment = Any  # of tests/conftest.py, as Receiver is
Receiver = Any
CONFIG = """
notify:
  targets:
    - channel: acme_pager
      min_severity: P4
      url: {pager}
      allow_private: true
plugins:
  acme_owners: {{file: owners.csv}}
"""


def build(folder: Path, into: Path) -> Path:
    """The wheel of a package."""
    subprocess.run(["uv", "build", "-q", "--wheel", "-o", str(into), str(folder)], check=True)
    return max(into.glob("*.whl"), key=lambda path: path.stat().st_mtime_ns)


@dataclass(frozen=True)
class Workshop:
    """Where the samples' authors make versions of them."""

    folder: Path

    def wheel(self, name: str, version: str = "1.0.0", changes: Mapping[str, str] | None = None) -> Path:
        """The sample as that version; `changes` are texts of its pyproject and code, old and new."""
        source = HOOKSPECS if name == "hookspecs" else HERE / name
        copy = self.folder / f"{name}-{version}"
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if version != "1.0.0" and (HERE / f"{name}_next").exists():
            shutil.copytree(HERE / f"{name}_next", copy, dirs_exist_ok=True)
        self._write_version(copy / "pyproject.toml", version)
        for old, new in (changes or {}).items():
            self._replace(copy, old, new)
        return build(copy, self.folder / "dist")

    def _write_version(self, manifest: Path, version: str) -> None:
        text = re.sub(r'^version = ".*"$', f'version = "{version}"', manifest.read_text(), flags=re.MULTILINE)
        manifest.write_text(text)

    def _replace(self, folder: Path, old: str, new: str) -> None:
        holding = [path for path in folder.rglob("*.*") if path.is_file() and old in path.read_text()]
        assert holding, f"no file holds {old!r}"
        for path in holding:
            path.write_text(path.read_text().replace(old, new))


@dataclass(frozen=True)
class Site:
    """Acme's hub: an environment, a folder with its configuration and database, and its pager."""

    environment: Environment
    shell: Shell
    paged: list[dict[str, str]]

    def install(self, *what: object, code: int = 0) -> str:
        """Bring packages in as the docs say, and what the hub says of them."""
        return self.hub(f"plugins install {' '.join(map(str, what))}", code)

    def hub(self, command: str, code: int = 0) -> str:
        """What a command of the hub prints, errors too."""
        done = self.shell.run(f"incident-hub {command}")
        told = done.stdout + done.stderr
        assert done.returncode == code, told
        return told

    def status(self) -> dict[str, dict[str, Any]]:
        """Every plugin, by name."""
        told = self.shell.run("incident-hub plugins list --json").stdout
        listed: list[dict[str, Any]] = json.loads(told)
        return {one["name"]: one for one in listed}

    @contextmanager
    def running(self) -> Iterator["Door"]:
        """The hub, while it runs; it must stop as it should."""
        with (
            self.shell.serving("incident-hub serve"),
            httpx.Client(base_url=f"http://127.0.0.1:{self.shell.port}", timeout=20) as client,
        ):
            yield Door(client)


@dataclass(frozen=True)
class Door:
    """A running hub's doors."""

    client: httpx.Client

    def post(self, slug: str, body: object) -> httpx.Response:
        return self.client.post(f"/webhooks/{slug}", json=body)

    def ask(self, query: str) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.client.post("/graphql", json={"query": query}).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    folder = tmp_path / "workshop"
    folder.mkdir()
    return Workshop(folder)


@pytest.fixture
def site(fresh: Callable[..., Environment], receiver: Receiver, tmp_path: Path) -> Site:
    """A fresh environment with the hub alone, and a configuration that names all three samples."""
    place = tmp_path / "site"
    place.mkdir()
    (place / "owners.csv").write_text("service,owner\ncheckout,payments\n")
    environment = fresh("incident-hub")
    (place / "incident-hub.yaml").write_text(CONFIG.format(pager=receiver.url))
    shell = Shell(place, free_port(), programs=environment.programs, extra=environment.variables())
    return Site(environment, shell, receiver.told)
