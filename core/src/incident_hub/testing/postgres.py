"""A real PostgreSQL, run as a child of ours in a temporary folder, that a test may stop or kill."""

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg

from incident_hub.testing.binaries import server_binaries, unprivileged_user

__all__ = ["PostgresServer"]

_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=200", "listen_addresses=127.0.0.1")
_PORTS = range(15000, 32000)  # below those the system gives to clients: a probe cannot meet itself there
_READY_SECONDS = 30.0


class PostgresServer:
    """A server of its own, on a port of its own, that trusts whoever is on this machine."""

    def __init__(self) -> None:
        self._user = unprivileged_user()
        self._programs = server_binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
        self._data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        self.port = _free_port()
        if self._user:
            shutil.chown(self._folder, self._user)

    @property
    def url(self) -> str:
        """The URL of the server's first database, `postgres`."""
        return self._url("postgres")

    def start(self) -> None:
        """Start, again after a `stop` or `kill`, and wait until it answers."""
        if not self._data.exists():
            self._initdb()
        options = [word for setting in _SETTINGS for word in ("-c", setting)]
        place = ["-D", str(self._data), "-p", str(self.port), "-k", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = self._spawn("postgres", [*place, *options], log)
        self._wait_ready()

    def stop(self) -> None:
        """Stop at once, cleanly: open sessions are ended."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        """SIGKILL the server and every process of it, as a crash would."""
        if self._process is not None:
            family = [self._process.pid, *_children(self._process.pid)]
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        """Kill the server and delete its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, template: str | None = None) -> str:
        """Make a fresh database, a copy of `template` when given; return its URL."""
        self._made += 1
        name = f"hub_{os.getpid()}_{self._made}"
        self.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self._url(name)

    def execute(self, sql: str) -> None:
        """Run one statement outside a transaction; on a thread, for the caller may run a loop."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _execute(self.url, sql)).result()

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _initdb(self) -> None:
        options = ["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"]
        with (self._folder / "log").open("ab") as log:
            code = self._spawn("initdb", ["-D", str(self._data), *options], log).wait(60)
        if code:
            raise RuntimeError(f"initdb failed: {self._log()}")

    def _spawn(self, program: str, arguments: list[str], log: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
        owner: dict[str, Any] = {"user": self._user, "extra_groups": []} if self._user else {}
        command = [str(self._programs / program), *arguments]
        return subprocess.Popen(
            command, stdout=log, stderr=log, cwd=self._folder, start_new_session=True, **owner
        )

    def _wait_ready(self) -> None:
        end = time.monotonic() + _READY_SECONDS
        while not self._ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start: {self._log()}")
            time.sleep(0.01)

    def _ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        ours = self._process is not None and lines[0] == str(self._process.pid)
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-2000:]


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _free_port() -> int:
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _children(parent: int) -> list[int]:
    """The server's processes; each leads a session of its own, so that no signal reaches all."""
    found = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607
    pairs = [line.split() for line in found.stdout.splitlines()]
    return [int(pid) for pid, ppid in pairs if int(ppid) == parent]
