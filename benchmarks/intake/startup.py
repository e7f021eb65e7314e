"""From the command to the first answer, and what the idle hub holds in memory (Linux)."""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from incident_hub.testing.postgres import free_port
from report import Report
from serving import family, started

__all__ = ["startup"]

_HEAVY = ("torch", "sklearn")
_SETTLED_SECONDS = 2.0


def startup(report: Report, repeats: int) -> None:
    """Start `incident-hub serve` on an empty folder, several times."""
    runs = [_once() for _ in range(repeats)]
    report.limit("start to ready, empty folder", median(run[0] for run in runs), 2.5, "s")
    report.limit("start to ready, existing database", median(run[1] for run in runs), 2.5, "s")
    report.limit("resident memory, idle", median(run[2] for run in runs), 200, "MB")
    loaded = sorted({name for run in runs for name in run[3]})
    report.line("torch or scikit-learn loaded", ", ".join(loaded) or "no")


def _once() -> tuple[float, float, float, list[str]]:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        first, _, _ = _start(folder)
        again, memory, heavy = _start(folder)
    return first, again, memory, heavy


def _start(folder: str) -> tuple[float, float, list[str]]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("incident-hub")), "serve", "--port", str(port)]
    env = {**os.environ, "INCIDENT_HUB_DATA_DIR": folder, "INCIDENT_HUB_CONFIG": ""}
    begin = time.perf_counter()
    with started(command, f"http://127.0.0.1:{port}", "/health/ready", env=env) as server:
        seconds = time.perf_counter() - begin
        time.sleep(_SETTLED_SECONDS)
        processes = [Path(f"/proc/{pid}") for pid in family(server.processes[0].pid)]
        resident = sum(_resident(process / "status") for process in processes)
        maps = "".join((process / "maps").read_text() for process in processes)
    return seconds, resident / 1024, [name for name in _HEAVY if f"/{name}/" in maps]


def _resident(status: Path) -> int:
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
