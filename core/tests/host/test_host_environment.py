"""The command that people are told fits the environment they are in."""

import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from incident_hub.host import environment


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("UV", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    environment.find_installer.cache_clear()
    yield
    environment.find_installer.cache_clear()


def modules(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def find(name: str) -> ModuleSpec | None:
        return ModuleSpec(name, None) if name in names else None

    monkeypatch.setattr(environment.importlib.util, "find_spec", find)


def programs(monkeypatch: pytest.MonkeyPatch, **paths: str) -> None:
    monkeypatch.setattr(environment.shutil, "which", paths.get)


def test_pip_of_this_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    modules(monkeypatch, "pip", "uv")
    programs(monkeypatch, pip=str(Path(sys.executable).with_name("pip")), uv="/bin/uv")
    found = environment.find_installer()
    assert found is not None
    assert found.command("install", "x") == [sys.executable, "-m", "pip", "install", "x"]
    assert environment.typed("install", "--upgrade", "x>=1") == "pip install --upgrade 'x>=1'"


def test_another_environments_pip_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    modules(monkeypatch, "pip")
    programs(monkeypatch, pip="/somewhere/else/bin/pip")
    assert environment.typed("install", "x") == f"{sys.executable} -m pip install x"


@pytest.mark.parametrize("active", [True, False])
def test_without_pip_uv_is_told_where_to_install(monkeypatch: pytest.MonkeyPatch, active: bool) -> None:
    modules(monkeypatch)
    programs(monkeypatch, uv="/bin/uv")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix if active else "/other")
    found = environment.find_installer()
    assert found is not None
    assert found.command("install", "x") == ["/bin/uv", "pip", "install", "--python", sys.executable, "x"]
    told = "uv pip install x" if active else f"uv pip install --python {sys.executable} x"
    assert environment.typed("install", "x") == told


def test_uv_is_found_where_uv_run_says_and_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    modules(monkeypatch, "uv")
    programs(monkeypatch)
    found = environment.find_installer()
    assert found is not None
    assert found.command("install")[:4] == [sys.executable, "-m", "uv", "pip"]
    environment.find_installer.cache_clear()
    monkeypatch.setenv("UV", "/opt/uv")
    found = environment.find_installer()
    assert found is not None
    assert found.command("install")[0] == "/opt/uv"


def test_with_neither_people_are_told_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    modules(monkeypatch)
    programs(monkeypatch)
    assert environment.find_installer() is None
    assert environment.typed("install", "x") == "pip install x"
