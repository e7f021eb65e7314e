"""Triage under load: does the backlog grow, and what do a million stored alerts cost?"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import serving
from load import Load, Outcome, send
from query import count
from report import Report

__all__ = ["growth", "triage"]

_WAITING = "SELECT count(*) FROM incident WHERE state = 'detected'"
_STORED = "SELECT count(*) FROM alert"
_PATIENCE = 300.0


def triage(
    report: Report, name: str, load: Load, folder: Path, database: str = "", processes: int = 1
) -> None:
    """Load a working hub, then wait for the last incident's triage: that rate is what it can hold."""
    url = database or f"sqlite:///{folder / 'incident-hub.db'}"
    with serving.hub(folder, "--workers", database=database, processes=processes) as server:
        half: list[int] = []
        watch = Thread(target=lambda: (time.sleep(load.seconds / 2), half.append(count(url, _WAITING))))
        start = time.perf_counter()
        watch.start()
        outcome = send(server.url, load)
        watch.join()
        waiting = count(url, _WAITING)
        drained = _until(lambda: count(url, _WAITING) == 0)
        seconds = time.perf_counter() - start
    report.add(f"{name}, workers on", outcome, f"untriaged at half time {half[0]}, at the end {waiting}")
    note = (
        f"{seconds - outcome.seconds:.1f} s after the load" if drained else "GAVE UP waiting for the backlog"
    )
    report.rate(f"{name}, triaged", outcome.alerts / seconds if drained else 0.0, note)


def growth(report: Report, load: Load, folder: Path) -> None:
    """p95 of batches at 100,000 and at 1,000,000 stored alerts, with workers on."""
    url = f"sqlite:///{folder / 'incident-hub.db'}"
    marks: list[Outcome] = []
    with serving.hub(folder, "--workers") as server:
        for stored in (100_000, 1_000_000):
            _until(lambda stored=stored: _fill(server.url, url, load, stored), patience=3600)
            marks.append(send(server.url, load))
            report.add(f"sqlite batches at {stored:,} stored", marks[-1])
    report.limit("p95 at 1,000,000 stored / p95 at 100,000", marks[1].p95 / marks[0].p95, 2, "times")


def _fill(server: str, url: str, load: Load, stored: int) -> bool:
    if count(url, _STORED) >= stored:
        return True
    send(server, replace(load, seconds=5))
    return False


def _until(done: Callable[[], bool], patience: float = _PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.1)
    return False
