"""Wheels of small plugins, written by hand: what an author publishes, without a build."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from incident_hub_hookspecs import ENTRY_POINT_GROUP

__all__ = ["Wheel"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """One distribution. `files` are its modules by path, `plugins` its entry points: name and target."""

    distribution: str
    version: str
    files: Mapping[str, str]
    plugins: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ("incident-hub-hookspecs",)
    summary: str = "A plugin for tests."
    description: str = ""

    def write(self, folder: Path) -> Path:
        """The wheel's file in `folder`."""
        stem = f"{self.distribution.replace('-', '_')}-{self.version}"
        info = f"{stem}.dist-info"
        points = "\n".join(f"{name} = {target}" for name, target in self.plugins.items())
        content = {
            **self.files,
            f"{info}/METADATA": self._metadata(),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/entry_points.txt": f"[{ENTRY_POINT_GROUP}]\n{points}\n" if points else "",
        }
        record = [f"{path},sha256={_digest(text)},{len(text.encode())}" for path, text in content.items()]
        content[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""])
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f"{stem}-py3-none-any.whl"
        with zipfile.ZipFile(made, "w") as archive:
            for path, text in content.items():
                archive.writestr(path, text)
        return made

    def unpack(self, site: Path) -> None:
        """Install it into a folder that is on `sys.path`, as pip does with a wheel."""
        with zipfile.ZipFile(self.write(site.parent / "wheels")) as archive:
            archive.extractall(site)

    def _metadata(self) -> str:
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {self.distribution}",
            f"Version: {self.version}",
            f"Summary: {self.summary}",
            "Project-URL: Source, https://example.com/source",
            *(f"Requires-Dist: {one}" for one in self.requires),
        ]
        return "\n".join([*lines, "", self.description])


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
