"""Tells pip where the workspace's own packages lie, so that `pip install .` installs the whole hub.

uv finds them through the workspace; pip knows no workspaces, and reads what this hook emits. For a
release `INCIDENT_HUB_RELEASE=1` emits plain version ranges instead, which an index accepts.
"""

import os
import tomllib
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

_FOLDERS = ("hookspecs", "core", "plugins/*")


class WorkspaceDependencies(MetadataHookInterface):
    """Emits one requirement for each package of the workspace."""

    def update(self, metadata: dict[str, object]) -> None:
        """Fill in the dependencies of the distribution `incident-hub`."""
        root = Path(self.root)
        manifests = sorted(p for f in _FOLDERS for p in root.glob(f"{f}/pyproject.toml"))
        metadata["dependencies"] = [_requirement(manifest) for manifest in manifests]


def _requirement(manifest: Path) -> str:
    project = tomllib.loads(manifest.read_text(encoding="utf-8"))["project"]
    if os.environ.get("INCIDENT_HUB_RELEASE") == "1":
        return f"{project['name']}>={project['version']}"
    return f"{project['name']} @ {manifest.parent.resolve().as_uri()}"
