"""The rows that the hub's are held against: a bare route, and the peers."""

import tempfile
from functools import partial
from pathlib import Path

import peers
import serving
from floor_rows import postgres_floor as postgres_rows
from floor_rows import sqlite_floor as sqlite_rows
from report import Report
from settings import FORMS, Settings
from work import ALERTA, PROMETHEUS

__all__ = ["alerta_rows", "alertmanager_rows", "http", "postgres_rows", "sqlite_rows"]


def http(report: Report, settings: Settings, folder: Path) -> None:
    """A Starlette route that answers at once, served as the hub is."""
    with serving.hub(folder, "--bare") as server:
        for name, form in FORMS.items():
            load = settings.load("single", form)
            report.add(
                f"bare route single {name}", settings.repeated(partial(serving.measured, server, load))
            )


def alertmanager_rows(report: Report, settings: Settings, folder: Path) -> None:
    """Prometheus Alertmanager, which keeps alerts in memory."""
    program = peers.find_alertmanager()
    for kind in ("single", "batch"):
        if program is None:
            report.line(f"alertmanager {kind}", "not installed")
            continue
        load = settings.load(kind, PROMETHEUS)
        with peers.alertmanager(program, Path(tempfile.mkdtemp(dir=folder))) as server:
            report.add(f"alertmanager {kind}", settings.repeated(partial(serving.measured, server, load)))


def alerta_rows(report: Report, settings: Settings, database: str, folder: Path) -> None:
    """Alerta on the same PostgreSQL; it has no batches."""
    if settings.gunicorn is None:
        report.line("alerta single", "not installed")
        return
    load = settings.load("single", ALERTA)
    with peers.alerta(settings.gunicorn, database, folder) as server:
        report.add(
            "alerta single",
            settings.repeated(partial(serving.measured, server, load)),
            f"{load.clients} clients",
        )
