"""Looking at plugins: what is shown is what the hub would make of them, and what mends them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from incident_hub.cli.main import run
from jsonschema import Draft202012Validator

NAMES = ("DATABASE_URL", "INCIDENT_HUB_CONFIG", "INCIDENT_HUB_DATA_DIR", "API_HOST", "API_PORT")
Say = Callable[..., tuple[str, str]]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def go(*arguments: str, code: int = 0) -> tuple[str, str]:
        capsys.readouterr()
        assert run(["plugins", *arguments]) == code, capsys.readouterr()
        told = capsys.readouterr()
        return told.out, told.err

    return go


def write(text: str) -> None:
    Path("incident-hub.yaml").write_text(text)


def test_list_tells_reason_and_mend_of_each(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    write("plugins_block: [action_http]\nplugins: {directory_file: {paths: 1}}\n")
    lines = {line.split()[0]: line for line in say("list")[0].splitlines()}
    assert "blocked by `plugins_block`; incident-hub plugins enable action_http" in lines["action_http"]
    assert "misconfigured  plugins.directory_file.paths: expected a list" in lines["directory_file"]
    assert "incident-hub plugins schema directory_file" in lines["directory_file"]
    monkeypatch.setenv("INCIDENT_HUB_PLUGINS_ALLOW", "")
    assert {line.split()[2] for line in say("list")[0].splitlines()} == {"disabled", "blocked"}


def test_check_of_one_wants_it_to_serve(say: Say) -> None:
    write("plugins_block: [action_http]\nplugins: {directory_file: {paths: 1}}\n")
    assert say("check", "parser_generic")[0] == "parser_generic serves\n"
    assert say("check", "action_http", code=1)[1].startswith("action_http: blocked: ")
    assert say("check", code=1)[1].startswith("directory_file: misconfigured: ")
    (only,) = json.loads(say("check", "--json", code=1)[0])
    assert (only["name"], only["status"]) == ("directory_file", "misconfigured")


def test_check_points_out_strangers_and_plain_secrets(say: Say) -> None:
    write("plugins_allow: ['*', gone]\nplugins: {parser_grafana: {secret: abc}}\n")
    told = say("check")[1]
    assert "note: plugins_allow: gone: no such plugin is installed" in told
    assert "note: plugins.parser_grafana.secret is a secret in plain text; write {$env: NAME}" in told
    assert "abc" not in told


def test_show_tells_everything_and_no_secret(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "canary")
    write("plugins: {parser_grafana: {secret: {$env: KEY}, rate_per_second: 2}}\n")
    told = say("show", "parser_grafana")[0]
    for part in (
        "parser_grafana 0.1.0: active",
        "name      incident-hub-parser-grafana",
        "summary   ",
        "requires  incident-hub-hookspecs",
        "register_webhook_parsers",
        'secret            {"$env": "KEY"}  # ',
        "timestamp_header  null",
        "rate_per_second   2",
        "webhooks  POST /webhooks/grafana",
    ):
        assert part in told
    assert "canary" not in told
    as_json = json.loads(say("show", "parser_grafana", "--json")[0])
    assert as_json["package"]["requires"]
    assert as_json["rate_per_second"] == 2


def test_show_of_a_plugin_that_failed_shows_what_is_written(say: Say) -> None:
    write("plugins: {directory_file: {paths: 1}}\n")
    told = say("show", "directory_file")[0]
    assert "mend        correct `plugins.directory_file`" in told
    assert "paths  1" in told


@pytest.mark.parametrize("command", ["show", "check", "schema", "enable", "disable"])
def test_a_name_that_is_not_there_gets_a_suggestion(say: Say, command: str) -> None:
    told = say(command, "parser_genric", code=2)[1]
    assert told == ("incident-hub: no plugin `parser_genric` is installed; did you mean `parser_generic`?\n")


def test_schema_is_sound_for_one_plugin_and_for_the_whole_file(say: Say) -> None:
    for arguments in (["schema", "directory_file"], ["schema", "parser_generic"], ["schema"]):
        Draft202012Validator.check_schema(json.loads(say(*arguments)[0]))
    whole = Draft202012Validator(json.loads(say("schema")[0]))
    assert whole.is_valid({"plugins": {"directory_file": {"paths": ["a.yaml"]}}})
    assert not whole.is_valid({"plugins": {"directory_file": {"path": ["a.yaml"]}}})


def test_schema_works_when_the_options_are_wrong(say: Say) -> None:
    write("plugins: {directory_file: {paths: 1}}\n")
    assert "paths" in json.loads(say("schema", "directory_file")[0])["properties"]


@pytest.mark.parametrize(
    "command", [["list", "--url"], ["reload", "--url"], ["show", "parser_generic", "--url"]]
)
def test_no_hub_at_the_url_is_said_in_one_line(say: Say, command: list[str]) -> None:
    told = say(*command, "http://127.0.0.1:9", code=1)[1]
    assert told.startswith("incident-hub: no hub answers at http://127.0.0.1:9: ")
    assert told.count("\n") == 1


def test_enable_and_disable_say_what_they_did_and_when_it_counts(say: Say) -> None:
    told = say("disable", "action_http")[0]
    assert told == (
        "`action_http` is in `plugins_block` of incident-hub.yaml\n"
        "`action_http` is left out from the next start of `serve` and `worker` on; running ones go on as they are\n"
    )
    assert Path("incident-hub.yaml").read_text() == "plugins_block: [action_http]\n"
    assert "already" in say("disable", "action_http")[0]
    assert "is loaded from the next start" in say("enable", "action_http")[0]
    assert Path("incident-hub.yaml").read_text() == "plugins_block: []\n"
    assert "nothing in incident-hub.yaml keeps `action_http` out" in say("enable", "action_http")[0]


def test_enable_knows_an_allow_list_and_what_else_has_a_say(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("plugins_allow:\n  - parser_generic  # doors\n")
    say("enable", "action_http")
    assert Path("incident-hub.yaml").read_text() == (
        "plugins_allow:\n  - parser_generic  # doors\n  - action_http\n"
    )
    write("plugins_block: ['*']\n")
    assert "still blocked: `plugins_block` has `*`" in say("enable", "action_http", code=1)[1]
    monkeypatch.setenv("INCIDENT_HUB_PLUGINS_BLOCK", "action_http")
    told = say("enable", "action_http", code=1)[1]
    assert "INCIDENT_HUB_PLUGINS_BLOCK is set here and counts instead" in told


def test_a_file_that_was_named_is_not_made(say: Say) -> None:
    assert "there is no file gone.yaml" in say("disable", "action_http", "--config", "gone.yaml", code=2)[1]
    assert not Path("gone.yaml").exists()


def test_a_name_that_only_the_file_knows_can_be_taken_out(say: Say) -> None:
    write("plugins_block: [uninstalled]\n")
    say("enable", "uninstalled")
    assert Path("incident-hub.yaml").read_text() == "plugins_block: []\n"


def test_disable_works_on_a_file_with_another_mistake(say: Say) -> None:
    write("prot: 1\n")
    assert "another mistake: prot: unknown key" in say("disable", "action_http")[1]
    assert Path("incident-hub.yaml").read_text() == "prot: 1\nplugins_block: [action_http]\n"
