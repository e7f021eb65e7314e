"""Every kind of plugin that the template makes: what its README says is typed, and answers as it says."""

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from incident_hub.cli.scaffold.template import Template, template_folder
from incident_hub.testing.pages import Shell, blocks, play
from incident_hub.testing.postgres import free_port

KINDS = Template(template_folder()).choices("kind")
Make = Callable[..., Path]
Environment = Any  # of tests/conftest.py, as Receiver is
Receiver = Any


@pytest.fixture(scope="module")
def hub(fresh: Callable[..., Environment]) -> Environment:
    """An environment in which somebody installed the hub, from wheels."""
    return fresh("incident-hub")


@pytest.fixture
def shell(hub: Environment, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Where the author sits; a chat room is there to talk to."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # the author has none active
    links = hub.variables()["UV_FIND_LINKS"]
    given = {"UV_FIND_LINKS": links, "EVENTS_SECRET": "s3cret", "ROOM_URL": receiver.url}
    return Shell(tmp_path, free_port(), programs=hub.programs, extra=given)


def test_a_new_plugin_passes_its_own_tests_and_is_typed(make: Make, tmp_path: Path) -> None:
    made, site = make("enricher"), tmp_path / "site"
    subprocess.run(["uv", "pip", "install", "-q", "--no-deps", "--target", str(site), str(made)], check=True)
    paths = {**os.environ, "PYTHONPATH": str(site), "MYPYPATH": str(made / "src")}
    for tool in ("pytest", "mypy"):
        done = subprocess.run(
            [sys.executable, "-m", tool], cwd=made, env=paths, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", KINDS)
def test_the_readme_of_a_new_plugin_holds(kind: str, shell: Shell, receiver: Receiver) -> None:
    name = f"sample-{kind}"
    assert shell.run(f"incident-hub plugins new {name} --kind {kind}").returncode == 0
    assert shell.run(f"cd incident-hub-{name}").returncode == 0
    made = shell.folder / f"incident-hub-{name}"
    page = (made / "README.md").read_text()
    (shown,) = [block.body for block in blocks(page, "yaml")]
    (made / "shown.yaml").write_text(shown)
    checked = shell.run("uv run incident-hub plugins check --config shown.yaml", seconds=180)
    assert checked.stdout == "every plugin serves\n", checked.stderr
    schema = json.loads(shell.run(f"uv run incident-hub plugins schema sample_{kind}").stdout)
    assert all(key["description"] for key in schema["properties"].values() if "$ref" not in key)
    play(page, shell)
    assert [set(one) for one in receiver.told] == [{"username", "text"}] * (kind == "notifier")
    check_distributions(made, kind)


def check_distributions(made: Path, kind: str) -> None:
    package = f"incident_hub_sample_{kind}"
    (wheel,), (source,) = made.glob("dist/*.whl"), made.glob("dist/*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"{package}/__init__.py", f"{package}/{kind}.py", f"{package}/py.typed"} <= set(names)
    assert not [name for name in names if name.startswith("tests")]
    with tarfile.open(source) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "CHANGELOG.md", "pyproject.toml", "tests/test_conformance.py"} <= inside
    done = subprocess.run(
        ["uvx", "twine", "check", "--strict", str(wheel), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_lowest_versions_it_names_are_enough(make: Make, hub: Environment) -> None:
    made = make("classifier")
    lowest = {**hub.variables(), "UV_RESOLUTION": "lowest-direct"}
    lowest.pop("VIRTUAL_ENV")
    done = subprocess.run(
        ["uv", "run", "pytest", "-q"], cwd=made, env=lowest, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    locked = tomllib.loads((made / "uv.lock").read_text())["package"]
    assert "9.0.0" in [one["version"] for one in locked if one["name"] == "pytest"]


def test_the_workflows_try_every_python_with_the_lowest_and_the_latest_host(make: Make) -> None:
    made = make("enricher")
    workflows = made / ".github" / "workflows"
    tests = yaml.safe_load((workflows / "test.yml").read_text())["jobs"]
    matrix = tests["test"]["strategy"]["matrix"]
    assert matrix == {"python": ["3.11", "3.12", "3.13", "3.14"], "host": ["lowest", "latest"]}
    publish = yaml.safe_load((workflows / "publish.yml").read_text())["jobs"]
    assert publish["publish"]["needs"] == ["test", "build"]
    assert publish["publish"]["permissions"] == {"id-token": "write"}


def test_ci_runs_what_the_readme_tells_to_run(make: Make) -> None:
    made = make("action")
    told = (made / "README.md").read_text()
    jobs = yaml.safe_load((made / ".github" / "workflows" / "test.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    for known in (
        "uv run pytest",
        "uv run ruff check",
        "uv run ruff format --check",
        "uv run mypy",
        "uv build",
    ):
        assert known.removeprefix("uv run ") in told
        assert known in commands
