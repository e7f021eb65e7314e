"""The hub's own rows: singles and batches, with and without workers, shared commits and lone ones."""

import tempfile
from functools import partial
from pathlib import Path

import backlog
import floors
import serving
from incident_hub.testing.postgres import PostgresServer
from incident_hub.testing.template import make_template, sqlite_copy
from report import Report
from settings import Settings
from work import GENERIC

__all__ = ["postgresql", "sqlite"]

_FLOOR_ALERTS = 50_000
_PROCESSES = 2


def sqlite(report: Report, settings: Settings, folder: Path) -> None:
    """One process on a file."""
    for name, load in settings.loads():
        filled = _fresh(folder)
        with serving.hub(filled) as server:
            report.add(f"sqlite {name}", settings.repeated(partial(serving.measured, server, load)))
        if name == "batch 50% generic":
            rates = [
                floors.sqlite_rows(filled / "incident-hub.db", _fresh(folder) / "floor.db", _FLOOR_ALERTS)
                for _ in range(settings.repeats)
            ]
            report.rate(
                "sqlite rows floor", sorted(rates)[len(rates) // 2], "executemany, 500 alerts a transaction"
            )
    with serving.hub(_fresh(folder), "--alone") as server:
        report.add(
            "sqlite alone",
            settings.repeated(partial(serving.measured, server, settings.load("single", GENERIC))),
        )
    for kind in ("single", "batch"):
        backlog.triage(report, f"sqlite {kind} 50% generic", settings.load(kind, GENERIC), _fresh(folder))
    if settings.growth:
        backlog.growth(report, settings.load("batch", GENERIC), _fresh(folder))


def postgresql(report: Report, settings: Settings, folder: Path) -> None:
    """Two processes on a server of our own."""
    server = PostgresServer()
    try:
        server.start()
        make_template(server)
        _loads(report, settings, server, folder)
        floors.alerta_rows(report, settings, server.url(server.create_database()), folder)
    finally:
        server.close()


def _loads(report: Report, settings: Settings, server: PostgresServer, folder: Path) -> None:
    def fresh() -> str:
        return server.url(server.create_database("hub_template"))

    for name, load in settings.loads():
        filled = fresh()
        with serving.hub(folder, database=filled, processes=_PROCESSES) as hub:
            report.add(f"postgresql {name}", settings.repeated(partial(serving.measured, hub, load)))
        if name == "batch 50% generic":
            rates = [floors.postgres_rows(filled, fresh(), _FLOOR_ALERTS) for _ in range(settings.repeats)]
            report.rate(
                "postgresql rows floor", sorted(rates)[len(rates) // 2], "COPY, 500 alerts a transaction"
            )
    with serving.hub(folder, "--alone", database=fresh(), processes=_PROCESSES) as hub:
        report.add(
            "postgresql alone",
            settings.repeated(partial(serving.measured, hub, settings.load("single", GENERIC))),
        )
    for kind in ("single", "batch"):
        name = f"postgresql {kind} 50% generic"
        backlog.triage(report, name, settings.load(kind, GENERIC), folder, fresh(), _PROCESSES)


def _fresh(folder: Path) -> Path:
    """A folder with an empty database of the current schema."""
    made = Path(tempfile.mkdtemp(dir=folder))
    sqlite_copy(made / "incident-hub.db")
    return made
