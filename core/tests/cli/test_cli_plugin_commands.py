"""Commands that plugins add: found without loading others, run with what the plugin needs, named when they fail."""

import subprocess
import sys
from pathlib import Path

import pytest
from incident_hub.cli.main import run

PLUGIN = """
import asyncio
import sys
from incident_hub_hookspecs import Command, PayloadError, hookimpl

LOADED = True


def echo(arguments):
    print(arguments)
    return 0


def raising(error):
    def run(arguments):
        raise error
    return run


@hookimpl
def register_commands(context):
    def configured(arguments):
        print(dict(context.config))
        return 7

    def asks(arguments):
        async def ask():
            await context.http.request("GET", "http://127.0.0.1:1/")
        asyncio.run(ask())

    def without_tables(arguments):
        asyncio.run(context.tables.read(print))

    return [
        Command("echo", "Say it again.", echo),
        Command("configured", "Show the configuration.", configured),
        Command("none", "Return nothing.", lambda arguments: None),
        Command("broken", "Raise.", raising(ValueError("no\\nluck"))),
        Command("refuses", "Refuse.", raising(PayloadError("bad", "no such city"))),
        Command("leaves", "Leave.", raising(SystemExit(4))),
        Command("says", "Leave with words.", raising(SystemExit("enough"))),
        Command("stops", "Be interrupted.", raising(KeyboardInterrupt())),
        Command("asks", "Ask outside.", asks),
        Command("tables", "Use tables that are not there.", without_tables),
    ]
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, and two plugins installed beside those of the hub."""
    site = tmp_path / "site"
    for name, text in (("geo", PLUGIN), ("db", PLUGIN), ("quiet", "raise RuntimeError('loaded')")):
        info = site / f"{name}_plugin-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-plugin\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[incident_hub.plugins]\n{name} = {name}_plugin\n")
        (site / f"{name}_plugin.py").write_text(text)
        monkeypatch.delitem(sys.modules, f"{name}_plugin", raising=False)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "INCIDENT_HUB_CONFIG", "INCIDENT_HUB_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_plugins_name_alone_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["geo"], ["geo", "--help"]):
        assert run(command) == 0
        told = capsys.readouterr().out
        assert "Usage: incident-hub geo" in told
        assert "echo        Say it again." in told


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["--config", "x"], ["a", "--", "-b", "--c=d"]])
def test_every_argument_behind_the_name_reaches_the_command(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(["geo", "echo", *arguments]) == 0
    assert capsys.readouterr().out == f"{arguments}\n"


def test_a_command_knows_its_configuration_and_says_its_exit_code(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_folder / "other.yaml").write_text("plugins: {geo: {city: Oslo}}")
    assert run(["geo", "--config", "other.yaml", "configured"]) == 7
    assert capsys.readouterr().out == "{'city': 'Oslo'}\n"


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("broken", 1, "incident-hub: geo broken: ValueError: no luck"),
        ("refuses", 1, "incident-hub: geo refuses: no such city"),
        ("none", 1, "incident-hub: geo none: returned None, not an exit code"),
        ("leaves", 4, ""),
        ("says", 1, "enough"),
        ("stops", 130, ""),
        ("asks", 1, "incident-hub: geo asks: "),
        ("tables", 1, "incident-hub: geo tables: geo has no tables: implement `register_migrations`"),
        ("nowhere", 2, "incident-hub: No such command 'nowhere'; see `incident-hub geo --help`"),
    ],
)
def test_what_goes_wrong_is_one_line_with_the_plugins_name(
    capsys: pytest.CaptureFixture[str], command: str, code: int, told: str
) -> None:
    assert run(["geo", command]) == code
    error = capsys.readouterr().err.strip()
    assert error.startswith(told)
    assert "\n" not in error


def test_strict_mode_shows_authors_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENT_HUB_STRICT_PLUGINS", "1")
    with pytest.raises(ValueError, match="no\nluck"):
        run(["geo", "broken"])


@pytest.mark.parametrize(
    ("configured", "told"),
    [
        (
            "plugins_block: [geo]",
            "geo is blocked: blocked by `plugins_block`; incident-hub plugins enable geo",
        ),
        (
            "plugins_allow: [parser_generic]",
            "geo is disabled: not in `plugins_allow`; incident-hub plugins enable geo",
        ),
    ],
)
def test_a_plugin_that_does_not_serve_says_why(
    own_folder: Path, capsys: pytest.CaptureFixture[str], configured: str, told: str
) -> None:
    (own_folder / "incident-hub.yaml").write_text(configured)
    assert run(["geo", "echo"]) == 1
    assert told in capsys.readouterr().err


def test_a_plugin_that_does_not_load_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quiet"]) == 1
    told = capsys.readouterr().err
    assert "the plugin quiet is failed: quiet-plugin 1.0: RuntimeError: loaded; " in told


def test_a_plugin_without_commands_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["enricher_history"]) == 1
    assert capsys.readouterr().err == "incident-hub: the plugin enricher_history adds no commands\n"


def test_no_plugin_shadows_a_command_of_the_core(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "--help"]) == 0
    assert "Bring" in capsys.readouterr().out
    assert "db_plugin" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["--help"], "[]"),
        (["nosuch"], "[]"),
        (["db", "--help"], "[]"),
        (["geo", "echo"], "['geo_plugin']"),
    ],
)
def test_only_the_plugin_that_is_named_is_loaded(arguments: list[str], loaded: str) -> None:
    code = (
        f"import sys; from incident_hub.cli.main import run; run({arguments});"
        "print('LOADED', sorted(m for m in sys.modules if m.endswith('_plugin')"
        " or m.startswith('incident_hub_') and not m.startswith('incident_hub_hookspecs')))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert f"LOADED {loaded}" in told


def test_help_says_that_plugins_add_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "  incident-hub PLUGIN        lists those of one plugin\n" in capsys.readouterr().out


def test_the_exit_code_is_the_processes_own() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "incident-hub"), "geo", "configured"], check=False
    )
    assert done.returncode == 7
