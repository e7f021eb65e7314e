"""The commands do what they say, and say in one line what went wrong."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from incident_hub.cli.main import run
from incident_hub.storage.migrate import HEAD


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "INCIDENT_HUB_CONFIG", "INCIDENT_HUB_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from incident_hub.cli.main import run; run(['--help']);"
        "print('HEAVY', [m for m in ('sqlalchemy', 'strawberry', 'httpx', 'rich', 'torch', 'sklearn')"
        " if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "HEAVY []" in told
    for name in ("serve", "worker", "demo", "replay", "db", "plugins", "schema", "audit", "jobs"):
        assert f"\n  {name} " in told


@pytest.mark.parametrize(
    "name", ["serve", "worker", "demo", "replay", "db", "plugins", "schema", "audit", "jobs"]
)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert "Usage: incident-hub" in capsys.readouterr().out


def test_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == "0.1.0\n"


def test_an_empty_database_is_refused_with_the_command_that_mends_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in (["db", "check"], ["audit", "verify"], ["jobs", "list"]):
        assert run(command) == 1
        assert "run `incident-hub db upgrade`" in capsys.readouterr().err


def test_an_upgraded_database_answers_every_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "upgrade"]) == 0
    for command, told in (
        (["db", "check"], "as this program needs it"),
        (["db", "current"], HEAD),
        (["audit", "verify"], "0 events"),
        (["jobs", "list"], "nothing waits"),
        (["jobs", "dead"], "no job gave up"),
        (["jobs", "replay", "--all"], "jobs tried again: 0"),
    ):
        capsys.readouterr()
        assert run(command) == 0, command
        assert told in capsys.readouterr().out


def test_the_bundled_plugins_serve(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "check"]) == 0
    capsys.readouterr()
    assert run(["plugins", "list", "--json"]) == 0
    found = {record["name"]: record["status"] for record in json.loads(capsys.readouterr().out)}
    assert found["parser_generic"] == "active"
    assert set(found.values()) == {"active"}


def test_a_misconfigured_plugin_is_named_with_what_mends_it(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_folder / "incident-hub.yaml").write_text("plugins: {correlator_window: {windw: 1}}\n")
    assert run(["plugins", "check"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("correlator_window: misconfigured: ")
    assert "correct `plugins.correlator_window`" in told


def test_the_schema_is_exported_and_compared(own_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "export"]) == 0
    assert run(["schema", "export", "--check"]) == 0
    (own_folder / "schema.graphql").write_text("type Query { a: Int }\n")
    assert run(["schema", "export", "--check"]) == 1
    assert "run `incident-hub schema export`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nonsense"], 2, "nonsense"),
        (["serve", "--port", "70000"], 2, "--port"),
        (["jobs", "replay"], 2, "--all"),
        (["jobs", "replay", "x", "--all"], 2, "--all"),
        (["replay", "missing.jsonl"], 2, "missing.jsonl"),
        (["replay", "{file}", "--speed", "-1"], 2, "--speed"),
        (["replay", "{file}"], 2, "line 2: not JSON"),
        (["db", "check", "--config", "missing.yaml"], 2, "missing.yaml"),
        (["serve", "--host", "256.0.0.1"], 2, "256.0.0.1"),
    ],
)
def test_an_error_is_one_line_that_says_where(
    arguments: list[str], code: int, told: str, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own_folder / "broken.jsonl"
    file.write_text('{"title": "fine"}\n{"title": \n')
    assert run([part.replace("{file}", str(file)) for part in arguments]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("incident-hub: ")


@pytest.mark.parametrize("url", ["not a url", "mysql://localhost/x", "postgresql://127.0.0.1:1/x"])
def test_an_unusable_database_url_is_named_without_its_secret(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert run(["db", "check"]) in (1, 2)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_taken_port_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert run(["serve", "--port", port]) == 1
    assert f"127.0.0.1:{port}: Address already in use; choose another --port" in capsys.readouterr().err
