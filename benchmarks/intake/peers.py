"""The same work on Prometheus Alertmanager and Alerta, where they are installed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from incident_hub.testing.postgres import free_port
from serving import Server, started

__all__ = ["alerta", "alertmanager", "find_alertmanager"]

_ALERTMANAGER = "route:\n  receiver: none\nreceivers:\n  - name: none\n"


def find_alertmanager() -> str | None:
    """Debian's name of the program, or its makers'."""
    return shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


@contextmanager
def alertmanager(program: str, folder: Path) -> Iterator[Server]:
    """Alertmanager alone, without a cluster, with a receiver that does nothing."""
    config, port = folder / "alertmanager.yml", free_port()
    config.write_text(_ALERTMANAGER)
    command = [
        program, f"--config.file={config}", f"--storage.path={folder}", "--cluster.listen-address=",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip
    with started(command, f"http://127.0.0.1:{port}", "/-/ready") as server:
        yield server


@contextmanager
def alerta(gunicorn: str, database: str, folder: Path) -> Iterator[Server]:
    """Alerta under gunicorn with two workers; the first start, alone, makes its tables."""
    port = free_port()
    settings = folder / "alertad.conf"
    settings.write_text("AUTH_REQUIRED = False\n")
    env = {**os.environ, "DATABASE_URL": database, "ALERTA_SVR_CONF_FILE": str(settings)}
    for workers in (1, 2):
        command = [
            gunicorn,
            "-w",
            str(workers),
            "-b",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            "alerta:create_app()",
        ]
        with started(command, f"http://127.0.0.1:{port}", "/_", env=env) as server:
            if workers == 2:
                yield server
