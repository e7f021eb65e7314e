"""What installed plugins add to the start: loaded, blocked, not allowed.

Each case is measured in fresh interpreters, the cases by turns; the time is that of `load_plugins`, metadata of
every installed distribution included. The plugins are written as pip would install them, with a README of the
usual length in their metadata.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from incident_hub.testing.wheels import Wheel

GOAL_SECONDS = 0.5
README = "A line of a README, as long as such lines are, that nobody reads at the start.\n" * 250
CODE = """
from dataclasses import dataclass
from incident_hub_hookspecs import Enrichment, hookimpl, setting

@dataclass(frozen=True)
class Settings:
    limit: int = setting("How many.", default=1, most=10)

class Enricher:
    async def enrich(self, incidents, context):
        return [Enrichment("it is {number}", {{}}) for _ in incidents]

@hookimpl
def register_config():
    return Settings

@hookimpl
def register_enrichers(context):
    return [Enricher()]
"""
CHILD = """
import json, sys, time
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
options = json.loads(sys.argv[1])
begin = time.perf_counter()
registry = load_plugins(HubConfig(**options), Handed.for_looking(HubClock()))
seconds = time.perf_counter() - begin
print(seconds, sum(one.serving for one in registry.records.values()))
"""


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plugins", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    names = [f"bench_{number}" for number in range(given.plugins)]
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        site, empty = Path(folder, "site"), Path(folder, "empty")
        empty.mkdir()
        install(site, names)
        cases = {
            "bundled plugins only": (empty, {}),
            f"and {given.plugins} more, loaded": (site, {}),
            f"and {given.plugins} more, blocked": (site, {"plugins_block": names}),
            f"and {given.plugins} more, not allowed": (site, {"plugins_allow": bundled(empty)}),
        }
        runs: dict[str, list[tuple[float, int]]] = {name: [] for name in cases}
        for _ in range(given.repeats):
            for name, (path, options) in cases.items():
                runs[name].append(measure(path, options))
    report(runs, given.plugins)


def install(site: Path, names: list[str]) -> None:
    """The plugins, and their bytecode, as after a first start."""
    for number, name in enumerate(names):
        code = {f"{name}.py": CODE.format(number=number)}
        wheel = Wheel(
            name, "1.0", code, {name: name}, ("incident-hub-hookspecs>=0.1,<1",), description=README
        )
        wheel.unpack(site)
    measure(site, {})


def measure(site: Path, options: dict[str, list[str]]) -> tuple[float, int]:
    """Seconds to load, and how many plugins serve then."""
    env = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", CHILD, json.dumps(options)]
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), int(told[1])


def bundled(site: Path) -> list[str]:
    """The names of the plugins that are installed already."""
    code = "from incident_hub.host.discovery import find_candidates as f; print(*(one.name for one in f()))"
    env = {**os.environ, "PYTHONPATH": str(site)}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return told.stdout.split()


def report(runs: dict[str, list[tuple[float, int]]], plugins: int) -> None:
    """Medians, and what the plugins add to the first case."""
    base = 0.0
    print(f"{'what':<34}{'serving':>8}{'ms':>9}{'added ms':>10}{'us a plugin':>13}")
    for name, found in runs.items():
        seconds, serving = median(one for one, _ in found), found[0][1]
        base = base or seconds
        added = seconds - base
        print(
            f"{name:<34}{serving:>8}{seconds * 1e3:>9.1f}{added * 1e3:>10.1f}{added / plugins * 1e6:>13.0f}"
            f"{'' if added <= GOAL_SECONDS else f'  above the goal of {GOAL_SECONDS} s'}"
        )


if __name__ == "__main__":
    main()
