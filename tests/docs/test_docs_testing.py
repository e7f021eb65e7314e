"""docs/plugins/testing.md: its files, as they stand there, are a plugin that is installed and passes its tests."""

import re
import subprocess
import sys
from pathlib import Path

import incident_hub.testing.fixtures
import pytest
from incident_hub_hookspecs.testing import conformance

PAGE = (Path(__file__).parents[2] / "docs" / "plugins" / "testing.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```python (?P<name>\S+)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
METADATA = """Metadata-Version: 2.1
Name: my-owner
Version: 1.0
Summary: Who owns it.
Requires-Python: >=3.11
Requires-Dist: incident-hub-hookspecs>=0.1,<0.2
"""


def install(folder: Path) -> None:
    """As much of a wheel as makes a plugin, beside its code."""
    info = folder / "my_owner-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text("[incident_hub.plugins]\nowner = owner\n")


def test_the_files_on_the_page_are_a_tested_plugin(tmp_path: Path) -> None:
    files = {found["name"]: found["body"] for found in FILE.finditer(PAGE)}
    assert len(files) >= 6
    for name, body in files.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    install(tmp_path)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\nasyncio_default_fixture_loop_scope = function\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " xpassed" in done.stdout


@pytest.mark.parametrize("name", conformance.__all__)
def test_every_class_is_on_the_page(name: str) -> None:
    inner = ("Conformance", "LlmClientConformance", "Outside")
    assert f"`{name}`" in PAGE or name in inner


@pytest.mark.parametrize("name", incident_hub.testing.fixtures.__all__)
def test_every_fixture_is_on_the_page(name: str) -> None:
    ours = ("database", "database_url", "postgres_server")
    assert f"| `{name}" in PAGE or name in ours
