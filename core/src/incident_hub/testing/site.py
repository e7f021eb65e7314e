"""Plugins as if they were installed: a folder of distributions, each with an entry point, on the path."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import invalidate_caches
from pathlib import Path
from textwrap import dedent

__all__ = ["Site"]

_METADATA = """Metadata-Version: 2.1
Name: {distribution}
Version: 1.0
Requires-Dist: incident-hub-hookspecs
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Plugins in `folder`; give it to other processes as PYTHONPATH, or have it here with `installed`."""

    folder: Path

    def add(self, name: str, source: str) -> None:
        """Install a plugin `name` made of one module, whose name is `site_<name>`."""
        module, distribution = f"site_{name}", f"site-{name.replace('_', '-')}"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{module}.py").write_text(dedent(source), encoding="utf-8")
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(_METADATA.format(distribution=distribution), encoding="utf-8")
        (info / "entry_points.txt").write_text(
            f"[incident_hub.plugins]\n{name} = {module}\n", encoding="utf-8"
        )

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let this process find them, and forget them afterwards."""
        sys.path.insert(0, str(self.folder))
        invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(str(self.folder))
            for name in [name for name in sys.modules if name.startswith("site_")]:
                del sys.modules[name]
