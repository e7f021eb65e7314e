"""Durable intake, measured beside its floors and its peers: see benchmarks/README.md."""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

import floors
import hubs
from load import generator
from report import Report
from settings import Settings
from startup import startup


def main() -> None:
    """Measure everything that was asked for, then print the ratios."""
    settings = _settings()
    report = Report()
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    print(f"load generator: {generator()}, {cores} cores, load average before the start {busy:.1f}")
    report.head()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        floors.http(report, settings, Path(folder))
        if "sqlite" in settings.databases:
            hubs.sqlite(report, settings, Path(folder))
            floors.alertmanager_rows(report, settings, Path(folder))
        if "postgresql" in settings.databases:
            hubs.postgresql(report, settings, Path(folder))
    print()
    _ratios(report, settings)
    startup(report, settings.repeats)


def _settings() -> Settings:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="length of each load")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each load; the median counts")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--quick", action="store_true", help="one short run of the loads that have a goal")
    parser.add_argument(
        "--growth", action="store_true", help="fill SQLite with 1,000,000 alerts; takes minutes"
    )
    parser.add_argument(
        "--gunicorn",
        default=shutil.which("gunicorn"),
        help="the gunicorn of an environment with alerta-server",
    )
    asked = parser.parse_args()
    databases = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    return Settings(
        seconds=min(asked.seconds, 4) if asked.quick else asked.seconds,
        repeats=1 if asked.quick else asked.repeats,
        databases=databases,
        quick=asked.quick,
        growth=asked.growth,
        gunicorn=asked.gunicorn,
    )


def _ratios(report: Report, settings: Settings) -> None:
    if "sqlite" in settings.databases:
        report.ratio(
            "sqlite singles / bare route", "sqlite single 50% generic", "bare route single generic", 0.3
        )
        report.ratio(
            "sqlite singles / Alertmanager", "sqlite single 50% prometheus", "alertmanager single", 0.35
        )
        report.limit("sqlite singles, p95", report.delays["sqlite single 50% generic"], 50, "ms")
        report.ratio("sqlite batches / rows floor", "sqlite batch 50% generic", "sqlite rows floor", 0.25)
        report.ratio(
            "sqlite batches / Alertmanager", "sqlite batch 50% prometheus", "alertmanager batch", 0.7
        )
        report.ratio("sqlite group commit / alone", "sqlite single 50% generic", "sqlite alone", 10)
    if "postgresql" in settings.databases:
        report.ratio("postgresql singles / Alerta", "postgresql single 50% generic", "alerta single", 40)
        report.ratio(
            "postgresql batches / rows floor", "postgresql batch 50% generic", "postgresql rows floor", 0.3
        )
        report.ratio(
            "postgresql group commit / alone", "postgresql single 50% generic", "postgresql alone", 10
        )
    for name in settings.databases:
        for kind, told in (("single", "singles"), ("batch", "batches")):
            load = f"{name} {kind} 50% generic"
            report.ratio(f"{name} {told}, triaged / stored", f"{load}, triaged", load, 0.5)


if __name__ == "__main__":
    main()
