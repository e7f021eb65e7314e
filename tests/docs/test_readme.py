"""What the README tells to type works, and answers as the README says.

A `console` block holds commands after `$ ` and their output, where `…` stands for anything. An `sh` block
says in a comment before it whether it is not run here, and why, or is the server that the others talk to.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from incident_hub.host.config import HubConfig

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL
)
BIN = str(Path(sys.executable).parent)


@dataclass(frozen=True)
class Step:
    command: str
    output: str


def blocks(*kinds: str) -> list[tuple[str, str]]:
    found = [(m["mark"] or "", m["body"]) for m in BLOCK.finditer(README) if m["kind"] in kinds]
    assert found
    return found


def steps(body: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        size = next(n for n in range(1, len(lines) + 1) if complete("\n".join(lines[:n])))
        yield Step("\n".join(lines[:size]), "\n".join(lines[size:]))


def complete(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\")


@dataclass(frozen=True)
class Shell:
    folder: Path
    port: int

    def adapted(self, command: str) -> str:
        return command.replace("uv run incident-hub", "incident-hub").replace(
            "localhost:3000", f"127.0.0.1:{self.port}"
        )

    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "API_"))
        }
        return {
            **kept,
            "PATH": f"{self.folder}:{BIN}:{os.environ['PATH']}",
            "API_PORT": str(self.port),
            "NO_PROXY": "127.0.0.1",
        }

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", self.adapted(command)], cwd=self.folder, env=self.environment(),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if shutil.which("curl") is None:
        give_curl(tmp_path)
    shell = Shell(tmp_path, port)
    (serve,) = [body for mark, body in blocks("sh") if mark == "run: server"]
    log = (tmp_path / "serve.log").open("w")
    server = subprocess.Popen(
        shlex.split(shell.adapted(serve)), cwd=tmp_path, env=shell.environment(), stderr=log
    )
    try:
        wait_for(port, server, tmp_path / "serve.log")
        yield shell
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def give_curl(folder: Path) -> None:
    """A program named curl, for machines that have none."""
    program = folder / "curl"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("small_curl.py")}" "$@"\n'
    )
    program.chmod(0o755)


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        if "listens on" in log.read_text():
            return
        time.sleep(0.1)
    pytest.fail(f"no hub on port {port}: {log.read_text()}")


def test_every_command_answers_as_written(shell: Shell) -> None:
    for _, body in blocks("console"):
        for step in steps(body):
            done = shell.run(step.command)
            assert done.returncode == 0, f"{step.command}\n{done.stdout}{done.stderr}"
            wanted = ".*".join(re.escape(part) for part in step.output.strip().split("…"))
            assert re.fullmatch(wanted, done.stdout.strip(), re.DOTALL), f"{step.command}\n{done.stdout}"


def test_every_shell_block_is_run_or_says_why_not() -> None:
    assert [body for mark, body in blocks("sh", "bash") if not mark.startswith(("run: ", "not run: "))] == []


def test_the_quick_start_begins_with_the_one_command() -> None:
    first = README.split("## Quick start")[1].split("```sh\n")[1].splitlines()[0]
    assert first == "python3 -m pip install uv && uv run incident-hub demo"


def test_the_configuration_shown_is_accepted_as_it_stands(tmp_path: Path) -> None:
    (shown,) = [body for _, body in blocks("yaml") if "database_url" in body]
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
    (shown,) = [body.strip() for mark, body in blocks("sh") if mark == "not run: these are the tests"]
    commands = (Path(__file__).parents[2] / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in commands if line.endswith(shown)]
