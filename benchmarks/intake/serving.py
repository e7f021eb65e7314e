"""Servers as child processes: started, waited for, stopped."""

import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from incident_hub.testing.postgres import free_port
from load import Load, Outcome, send

__all__ = ["Server", "family", "hub", "measured", "started"]

_HUB = Path(__file__).with_name("hub_process.py")
_PATIENCE = 30.0
_OTHERS_SECONDS = (
    1.5  # the port answers with the first process, its writer and the others come a moment later
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at `url`, and its processes."""

    url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def cpu_seconds(self) -> float:
        """What the processes and their children have used so far (Linux)."""
        return sum(_cpu(pid) for process in self.processes for pid in family(process.pid))


@contextmanager
def started(
    command: Sequence[str], url: str, ready: str, *, count: int = 1, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """Start `count` processes and wait until `url + ready` answers."""
    with ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        processes = []
        for _ in range(count):
            process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
            stack.callback(_stop, process)
            processes.append(process)
        try:
            _wait(url + ready, processes)
        except RuntimeError as error:
            log.seek(0)
            raise RuntimeError(f"{error}: {log.read()[-2000:].decode(errors='replace')}") from None
        yield Server(url, processes)


@contextmanager
def hub(folder: Path, *options: str, database: str = "", processes: int = 1) -> Iterator[Server]:
    """The hub on the database that the URL names, else on SQLite in the folder."""
    port = free_port()
    command = [sys.executable, str(_HUB), "--port", str(port), "--folder", str(folder), *options]
    if database:
        command += ["--database", database]
    with started(command, f"http://127.0.0.1:{port}", "/health/ready", count=processes) as server:
        time.sleep(_OTHERS_SECONDS)
        yield server


def measured(server: Server, load: Load) -> Outcome:
    """Run the load, and count what the server's own processes used meanwhile."""
    before = server.cpu_seconds()
    outcome = send(server.url, load)
    return replace(outcome, cpu=server.cpu_seconds() - before)


def _wait(url: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            raise RuntimeError("a server ended at its start")
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nothing answers at {url}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
