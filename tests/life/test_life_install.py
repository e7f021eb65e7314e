"""Plugins come and go in real environments: by pip where there is one, else by uv."""

from collections.abc import Callable
from typing import Any

import pytest
from incident_hub.testing.wheels import Wheel

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
Environment = Any  # of conftest
OFFLINE = ("--no-index",)


@pytest.fixture(scope="module", params=["pip", "uv"])
def environment(request: pytest.FixtureRequest, make_environment: Callable[..., Environment]) -> Environment:
    made = make_environment(pip=request.param == "pip")
    assert (made.prefix / "bin" / "pip").exists() is (request.param == "pip")
    return made


@pytest.fixture(autouse=True)
def clean(environment: Environment) -> None:
    """No plugin, no configuration, no database."""
    environment.forget("acme-geo", "acme-store", "acme-other")
    (environment.folder / "incident-hub.yaml").unlink(missing_ok=True)


def test_a_newcomer_is_loaded_and_an_upgrade_seen(environment: Environment) -> None:
    told = environment.plugins("install", environment.geo(), *OFFLINE)
    assert "+ geo: came with acme-geo 1.0; active: enrichers\n" in told
    assert "takes this up at its next start" in told
    told = environment.plugins("install", "--upgrade", environment.geo("1.1"), *OFFLINE)
    assert "~ geo: acme-geo 1.0 -> 1.1; active: enrichers\n" in told
    assert "geo 1.1: active" in environment.plugins("show", "geo")
    assert "https://example.com/source (Source)" in environment.plugins("show", "geo")


def test_a_newcomer_that_does_not_load_is_an_error_with_its_reason(environment: Environment) -> None:
    told = environment.plugins(
        "install", environment.geo("2.0", "raise RuntimeError('no')"), *OFFLINE, code=1
    )
    assert "+ geo: came with acme-geo 2.0; failed: acme-geo 2.0: RuntimeError: no; " in told
    assert "pip install " in told
    assert "installed, and not serving: geo" in told
    needy = environment.geo("3.0", "", "incident-hub-hookspecs>=7")
    told = environment.plugins("install", needy, *OFFLINE, "--no-deps", code=1)
    assert "incompatible: acme-geo 3.0 needs incident-hub-hookspecs >=7, installed is" in told


def test_a_newcomer_that_ends_the_interpreter_is_named_and_can_be_removed(environment: Environment) -> None:
    told = environment.plugins("install", environment.geo("4.0", "import os; os._exit(9)"), *OFFLINE, code=1)
    assert "+ geo: came with acme-geo 4.0" in told
    assert (
        "cannot be loaded: the interpreter ended with 9; mend it, or `incident-hub plugins disable geo`"
        in told
    )
    environment.plugins("disable", "geo")
    assert "geo  4.0       blocked" in environment.plugins("list")
    environment.plugins("enable", "geo")
    assert "- geo: gone, with acme-geo 4.0" in environment.plugins("uninstall", "geo", "--yes")


def test_what_is_no_plugin_is_said(environment: Environment) -> None:
    other = environment.wheel(Wheel("acme-other", "1.0", {"acme_other.py": ""}, {}, ()))
    told = environment.plugins("install", other, *OFFLINE)
    assert "no plugin came or changed: plugins are entry points in the group `incident_hub.plugins`" in told
    told = environment.plugins("uninstall", "acme-other", "--yes", code=2)
    assert "`acme-other` is no plugin, and no package that brings one; for other packages there is `" in told


def test_the_installers_refusal_is_passed_on(environment: Environment) -> None:
    told = environment.plugins("install", "acme-there-is-no-such-thing", *OFFLINE, code=1)
    assert "acme-there-is-no-such-thing" in told
    assert " ended with 1; the lines above say why" in told
    assert "name a package" in environment.plugins("install", code=2)


def test_uninstall_asks_and_tells_what_stays_behind(environment: Environment) -> None:
    environment.plugins("install", environment.store(), *OFFLINE)
    assert "store: its tables are at version store_1" in environment.hub("db", "upgrade").stdout
    config = environment.folder / "incident-hub.yaml"
    config.write_text("plugins: {store: {}}\nnotify: {targets: [{channel: store}]}\n")
    assert "in the database  store_shelf, rows: 0" in environment.plugins("show", "store")
    assert "nothing was removed; --yes removes without asking" in environment.plugins(
        "uninstall", "store", code=1
    )
    told = environment.plugins("uninstall", "acme_store", "-y")
    for part in (
        "- store: gone, with acme-store 1.0\n",
        "stays in the database: store_shelf, rows: 0\n",
        "`incident-hub db orphans` lists that too, `incident-hub db drop-plugin store` removes it\n",
        "`plugins.store` of the configuration still names store\n",
        "`notify.targets[0]` of the configuration still names store\n",
    ):
        assert part in told
    assert "store_shelf" in environment.hub("db", "orphans").stdout
    assert environment.hub("db", "drop-plugin", "store", "--yes").returncode == 0


def test_a_folder_can_be_installed_editable(environment: Environment) -> None:
    source = environment.folder / "source"
    package = source / "src" / "acme_geo"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(GOOD)
    (source / "pyproject.toml").write_text(PROJECT)
    assert "+ geo: came with acme-geo 0.1; active" in environment.plugins("install", "-e", str(source))
    assert f"{source}, editable" in environment.plugins("show", "geo")


GOOD = "from incident_hub_hookspecs import hookimpl\n@hookimpl\ndef register_enrichers():\n    return []\n"
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-geo"
version = "0.1"
[project.entry-points."incident_hub.plugins"]
geo = "acme_geo"
"""


def test_without_pip_and_uv_the_way_out_is_told(environment: Environment) -> None:
    if (environment.prefix / "bin" / "pip").exists():
        return
    done = environment.hub("plugins", "install", "x", env={"PATH": "/nowhere", "UV": ""})
    assert done.returncode == 1
    assert "neither pip nor uv is here: run `" in done.stderr
    assert "-m ensurepip`" in done.stderr
