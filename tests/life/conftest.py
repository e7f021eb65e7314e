"""Environments in which a hub is installed, one with pip and one that only uv knows, and plugins to come and go."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from incident_hub.testing.wheels import Wheel

ROOT = Path(__file__).parents[2]
ENRICHER = """
from incident_hub_hookspecs import Enrichment, hookimpl

class Geo:
    async def enrich(self, incidents, context):
        return [Enrichment("somewhere", {}) for _ in incidents]

@hookimpl
def register_enrichers():
    return [Geo()]
"""
TABLES = """
from pathlib import Path
from incident_hub_hookspecs import Migrations, hookimpl

@hookimpl
def register_migrations():
    return Migrations(Path(__file__).parent / "migrations")
"""
MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision = "store_1"
down_revision = None

def upgrade():
    op.create_table("store_shelf", sa.Column("id", sa.Integer, primary_key=True))
"""


@dataclass
class Environment:
    """A virtual environment with a hub, and a folder to sit in."""

    prefix: Path
    folder: Path

    def hub(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run `incident-hub`, as from a shell in which this environment is not active."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("INCIDENT_HUB_", "VIRTUAL"))
        }
        return subprocess.run(
            [self.prefix / "bin" / "incident-hub", *arguments], cwd=self.folder, env={**kept, **(env or {})},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def plugins(self, *arguments: str, code: int = 0) -> str:
        """Run `incident-hub plugins`; what it told on both streams."""
        done = self.hub("plugins", *arguments)
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def forget(self, *distributions: str) -> None:
        """Remove them without the hub, if they are there."""
        command = ["uv", "pip", "uninstall", "-q", "--python", str(self.prefix / "bin" / "python")]
        subprocess.run([*command, *distributions], check=False, capture_output=True)

    def geo(self, version: str = "1.0", code: str = ENRICHER, *requires: str) -> str:
        """The wheel of a plugin that enriches, or does what the code says."""
        return self.wheel(Wheel("acme-geo", version, {"acme_geo.py": code}, {"geo": "acme_geo"}, requires))

    def store(self) -> str:
        """The wheel of a plugin with a table."""
        files = {"acme_store/__init__.py": TABLES, "acme_store/migrations/versions/0001.py": MIGRATION}
        return self.wheel(Wheel("acme-store", "1.0", files, {"store": "acme_store"}, ()))

    def wheel(self, wheel: Wheel) -> str:
        """The path of the wheel, written."""
        return str(wheel.write(self.folder / "wheels"))


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Make one, with the workspace's hub in it."""

    def make(*, pip: bool) -> Environment:
        folder = tmp_path_factory.mktemp("life")
        prefix = folder / "env"
        subprocess.run(["uv", "venv", "-q", *(["--seed"] if pip else []), prefix], check=True)
        hub = [part for name in ("hookspecs", "core") for part in ("-e", str(ROOT / name))]
        python = str(prefix / "bin" / "python")
        subprocess.run(["uv", "pip", "install", "-q", "--python", python, *hub], check=True, cwd=ROOT)
        return Environment(prefix, folder)

    return make
