"""Foreign programs as children on loopback, for tests against the real thing."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

__all__ = ["SOON", "program", "running_program", "until_it_answers"]

SOON = 60.0  # what is awaited comes within seconds; what never comes fails by then


def program(name: str, install: str) -> str:
    """The path of an installed program; without it the test fails, and says how to `install` it."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed; on Debian: {install}")
    return found


@contextmanager
def running_program(
    command: Sequence[str], out: object, home: Path, env: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that does not outlive its user."""
    process = subprocess.Popen(command, stdout=out, stderr=out, cwd=home, env=env)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_it_answers(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    """Wait until there is an answer at the url; when the process ends first, its log is the error."""
    end = time.monotonic() + SOON
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - loopback
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())
