"""The house is in order: lint, format, types, floors, and what must not be tracked."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
# Written apart, so that this file does not name what it looks for.
HOSTS = re.compile(
    r"(pypi|python" + r"hosted|registry\.npm" + r"js|deb\.deb" + r"ian|download\.py" + r"torch)\.org"
)


def tool(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def tracked() -> list[Path]:
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in told.split("\0") if name and (path := ROOT / name).is_file()]


def packages() -> list[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names: list[str] = config["tool"]["importlinter"]["root_packages"]
    return names


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            found[str(path.relative_to(ROOT))] = content.decode()
    return found


def test_ruff_finds_nothing() -> None:
    tool("ruff", "check", "--quiet", ".")


def test_everything_is_formatted() -> None:
    tool("ruff", "format", "--check", "--quiet", ".")


@pytest.mark.timeout(300)
def test_every_package_is_strictly_typed() -> None:
    names = [part for name in packages() for part in ("-p", name)]
    tool("mypy", *names)


def test_imports_go_one_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_bundled_plugin_is_held_to_the_floors() -> None:
    folders = {path.name for path in (ROOT / "plugins").iterdir() if (path / "pyproject.toml").is_file()}
    assert {f"incident_hub_{name}" for name in folders} <= set(packages())


def test_no_lock_file_is_tracked(texts: dict[str, str]) -> None:
    assert [name for name in texts if name.endswith(("uv.lock", "package-lock.json"))] == []


def test_no_registry_is_named(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if HOSTS.search(text)] == []


def test_no_python_file_is_too_long(texts: dict[str, str]) -> None:
    code = {name: text.count("\n") for name, text in texts.items() if name.endswith(".py")}
    assert {name: lines for name, lines in code.items() if lines > LONGEST} == {}


def test_names_of_test_files_are_unique(texts: dict[str, str]) -> None:
    names = [Path(name).name for name in texts if Path(name).name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
