"""A shell in which a reader would sit: it remembers its folder and its variables from step to step."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from incident_hub.testing.pages.blocks import Step

__all__ = ["Shell"]

PORT = "localhost:3000"
_OURS = ("DATABASE_", "API_", "INCIDENT_HUB_")
_SETTLED = 15.0  # seconds in which what a query asks for has to come about
_KEPT = """set -a
if [ -e "$PAGE_STATE/env" ]; then . "$PAGE_STATE/env"; cd "$(cat "$PAGE_STATE/cwd")"; fi
{command}
code=$?
export -p >"$PAGE_STATE/env"
pwd >"$PAGE_STATE/cwd"
exit $code
"""


@dataclass
class Shell:
    """Runs what a page says, in `folder`, with the hub's address on `port` instead of 3000.

    `programs` is the folder whose programs come first, by default this interpreter's; `replaced` are texts
    that a command shall have in the place of others.
    """

    folder: Path
    port: int
    programs: Path = field(default_factory=lambda: Path(sys.executable).parent)
    replaced: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._state = self.folder / ".page"
        self._state.mkdir()
        if shutil.which("curl") is None:
            _give_curl(self._state)

    @property
    def here(self) -> Path:
        """Where the reader stands."""
        known = self._state / "cwd"
        return Path(known.read_text().strip()) if known.exists() else self.folder

    def adapted(self, command: str) -> str:
        """The command for this machine."""
        for old, new in {**self.replaced, PORT: f"127.0.0.1:{self.port}"}.items():
            command = command.replace(old, new)
        return command

    def environment(self) -> dict[str, str]:
        """The machine's, without what would configure a hub."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return {
            **kept,
            "PATH": f"{self._state}:{self.programs}:{os.environ['PATH']}",
            "API_PORT": str(self.port),
            "NO_PROXY": "127.0.0.1",
            "PAGE_STATE": str(self._state),
            **self.extra,
        }

    def run(self, command: str, *, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Type one command and wait for its end."""
        script = _KEPT.format(command=self.adapted(command))
        return subprocess.run(
            ["bash", "-c", script],  # noqa: S607
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def follow(self, step: Step, *, seconds: float = 60) -> None:
        """Type the step and compare. A query is asked again for a while, as a reader would.

        Raises `AssertionError` with what was printed when it is not what the page says.
        """
        until = time.monotonic() + (_SETTLED if _asks(step.command) else 0)
        while True:
            done = self.run(step.command, seconds=seconds)
            if done.returncode == 0 and step.fits(done.stdout):
                return
            if time.monotonic() >= until:
                raise AssertionError(f"{step.command}\n{done.stdout}{done.stderr}({done.returncode})")
            time.sleep(0.2)

    @contextmanager
    def serving(self, command: str) -> Iterator[Path]:
        """Run the hub as the page says, from where the shell stands, until the block is left; its log."""
        log = self.folder / "serve.log"
        with log.open("w") as sink:
            server = subprocess.Popen(
                ["bash", "-c", f"exec {self.adapted(command.strip())}"],  # noqa: S607
                cwd=self.here,
                env=self.environment(),
                stderr=sink,
            )
            try:
                _wait(server, log)
                yield log
            finally:
                server.terminate()
                server.wait(30)


def _asks(command: str) -> bool:
    return "/graphql" in command and "mutation" not in command


def _wait(server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if "listens on" in log.read_text():
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"no hub: {log.read_text()}")


def _give_curl(folder: Path) -> None:
    """A program named curl, for machines that have none."""
    program = folder / "curl"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("small_curl.py")}" "$@"\n'
    )
    program.chmod(0o755)
