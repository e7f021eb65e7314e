"""Which plugins there are, as a fresh interpreter finds and loads them."""

import importlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from incident_hub.cli.plugins.looking import FIELDS
from incident_hub.cli.text import plain
from incident_hub.host.discovery import find_candidates

__all__ = ["Change", "Snapshot", "changes_of", "take_snapshot"]

_SECONDS = 120
_BARE: Mapping[str, Any] = {**dict.fromkeys(FIELDS, ""), "hooks": []}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The plugins by name. With a `problem` they could not be loaded: then status and hooks are empty."""

    plugins: Mapping[str, dict[str, Any]]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One plugin before and after; None where it was not there."""

    name: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def take_snapshot(config_file: Path | None) -> Snapshot:
    """Load all plugins in another process, which one of them may hang or end."""
    config = ["--config", str(config_file)] if config_file else []
    command = [sys.executable, "-m", "incident_hub", "plugins", "list", "--json", *config]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Snapshot(_from_metadata(), f"no end after {_SECONDS} s")
    try:
        return Snapshot({one["name"]: one for one in json.loads(done.stdout)})
    except ValueError:
        told = done.stderr.strip().splitlines() or [f"the interpreter ended with {done.returncode}"]
        return Snapshot(_from_metadata(), plain(told[-1]))


def changes_of(before: Snapshot, after: Snapshot) -> list[Change]:
    """Which plugins came, went, changed their version, or fare otherwise than before."""
    names = sorted(before.plugins.keys() | after.plugins.keys())
    keys = ["distribution", "version"]
    keys += [] if before.problem or after.problem else ["status", "reason"]
    pairs = [Change(name, before.plugins.get(name), after.plugins.get(name)) for name in names]
    return [one for one in pairs if _part(one.before, keys) != _part(one.after, keys)]


def _part(record: dict[str, Any] | None, keys: list[str]) -> list[Any]:
    return [] if record is None else [record[key] for key in keys]


def _from_metadata() -> dict[str, dict[str, Any]]:
    importlib.invalidate_caches()
    return {
        one.name: {**_BARE, "name": one.name, "distribution": one.distribution, "version": one.version}
        for one in reversed(find_candidates())
    }
