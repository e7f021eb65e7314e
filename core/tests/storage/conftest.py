"""Plugins with tables: installed as a distribution is, in a folder that Python looks into."""

import importlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry


@dataclass
class Shelf:
    """A folder on `sys.path` that plugins are installed into."""

    folder: Path
    installed: list[str] = field(default_factory=list)

    def install(self, name: str, *steps: str, undo: str | None = None) -> None:
        """A plugin whose chain has these steps, each the body of an `upgrade`."""
        package = f"shelf_{name.replace('-', '_')}"
        revision = name.replace("-", "_")
        versions = self.folder / package / "migrations" / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        (self.folder / package / "__init__.py").write_text(
            "from pathlib import Path\nfrom incident_hub_hookspecs import Migrations, hookimpl\n"
            "@hookimpl\ndef register_migrations():\n    return Migrations(Path(__file__).parent / 'migrations')\n"
        )
        for old in versions.glob("*.py"):
            old.unlink()
        for number, step in enumerate(steps, 1):
            before = repr(f"{revision}_{number - 1}") if number > 1 else None
            (versions / f"{number}.py").write_text(_migration(f"{revision}_{number}", before, step, undo))
        info = self.folder / f"{package}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[incident_hub.plugins]\n{name} = {package}\n")
        sys.modules.pop(package, None)
        importlib.invalidate_caches()

    def uninstall(self, name: str) -> None:
        """As if pip did it."""
        info = self.folder / f"shelf_{name.replace('-', '_')}-1.0.dist-info"
        (info / "entry_points.txt").unlink()

    def registry(self) -> Registry:
        """What loading finds."""
        return load_plugins(HubConfig(), Handed.for_looking(HubClock()))


def _migration(revision: str, before: str | None, step: str, undo: str | None) -> str:
    lines = "\n".join(f"    {line}" for line in step.strip().splitlines())
    back = f"\n\ndef downgrade():\n    {undo}\n" if undo is not None else ""
    head = f"import sqlalchemy as sa\nfrom alembic import op\nrevision = {revision!r}\ndown_revision = {before}\n"
    return f"{head}\n\ndef upgrade():\n{lines}\n{back}"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty shelf."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # a migration is rewritten within one second
    return Shelf(folder)
