"""Configuration: precedence, secrets by reference, and every mistake named by its key."""

from pathlib import Path

import pytest
from incident_hub.host.config import HubConfig, HubConfigError
from incident_hub_hookspecs import ConfigError


def load(tmp_path: Path, text: str, **env: str) -> HubConfig:
    file = tmp_path / "hub.yaml"
    file.write_text(text)
    return HubConfig.load(file, env)


def test_defaults_without_any_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = HubConfig.load(None, {})
    assert (config.host, config.port, config.database_pool_size) == ("127.0.0.1", 3000, 10)
    assert config.database_url == f"sqlite:///{tmp_path}/.incident-hub/incident-hub.db"
    assert config.triage.correlation.min_score == 0.5
    assert config.plugins_allow is None


def test_the_file_in_the_working_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "incident-hub.yaml").write_text("port: 8080")
    assert HubConfig.load(None, {}).port == 8080
    (tmp_path / "other.yaml").write_text("port: 9090")
    assert HubConfig.load(None, {"INCIDENT_HUB_CONFIG": "other.yaml"}).port == 9090


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "port: 8080\nhost: 0.0.0.0\ndatabase_url: postgres://a/b",
        API_PORT="0",
        DATABASE_URL="postgresql://c/d",
        INCIDENT_HUB_PLUGINS_BLOCK="one, two",
        INCIDENT_HUB_STRICT_PLUGINS="1",
    )
    assert (config.port, config.host, config.database_url) == (0, "0.0.0.0", "postgresql://c/d")
    assert config.plugins_block == ("one", "two")
    assert config.strict_plugins


def test_an_empty_allow_list_in_the_environment_allows_none(tmp_path: Path) -> None:
    text = "plugins_allow: [one]\nplugins_block: [two]"
    assert load(tmp_path, text).plugins_allow == ("one",)
    config = load(tmp_path, text, INCIDENT_HUB_PLUGINS_ALLOW="", INCIDENT_HUB_PLUGINS_BLOCK="")
    assert (config.plugins_allow, config.plugins_block) == ((), ("two",))
    assert load(tmp_path, text, INCIDENT_HUB_PLUGINS_ALLOW="a, b").plugins_allow == ("a", "b")
    assert load(tmp_path, "", INCIDENT_HUB_SAFE_MODE="1").safe_mode


def test_a_target_keeps_what_its_plugin_reads_and_on_is_no_truth_value(tmp_path: Path) -> None:
    text = "notify: {targets: [{channel: webhook, on: [created], url: 'https://x', retries: 3}]}"
    (target,) = load(tmp_path, text).notify.targets
    assert (target.channel, target.min_severity, target.on) == ("webhook", "P2", ("created",))
    assert target.options == {"url": "https://x", "retries": 3}


def test_secrets_are_resolved_anywhere_and_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("from-file\n")
    text = """
plugins: {hook: {list: [{deep: {$env: TOKEN}}], key: {$file: key.txt}}}
database_url: {$env: TOKEN}
notify: {targets: [{channel: hook, url: {$env: TOKEN}}]}
"""
    config = load(tmp_path, text, TOKEN="canary")
    assert config.plugins["hook"] == {"list": ({"deep": "canary"},), "key": "from-file"}
    assert config.notify.targets[0].options["url"] == "canary"
    assert "canary" not in repr(config)
    assert "from-file" not in repr(config)


def test_times_and_words_stay_what_was_written(tmp_path: Path) -> None:
    options = load(tmp_path, "plugins: {p: {day: 2024-01-01, word: no, yes: true}}").plugins["p"]
    assert options == {"day": "2024-01-01", "word": "no", "yes": True}


WRONG = [
    ("prot: 1", "prot: unknown key; did you mean `port`?"),
    ("triage: {corelation: {}}", "triage.corelation: unknown key; did you mean `correlation`?"),
    ("triage: {correlation: {min_scor: 1}}", "triage.correlation.min_scor: unknown key"),
    ("port: high", "port: expected a whole number, got str"),
    ("port: true", "port: expected a whole number"),
    ("port: 70000", "port: must be from 0 to 65535"),
    ("work: {concurrency: 0}", "work.concurrency: must be above 0"),
    ("triage: {deadline_seconds: .nan}", "triage.deadline_seconds: expected a number"),
    ("triage: {enabled: 1}", "triage.enabled: expected true or false"),
    ("triage: []", "triage: expected a mapping"),
    ("plugins: {p: 3}", "plugins.p: expected a mapping"),
    ("plugins_block: one", "plugins_block: expected a list"),
    ("notify: {targets: [{url: x}]}", "notify.targets[0].channel: missing"),
    ("notify: {targets: [{channel: c, min_severity: P9}]}", "notify.targets[0].min_severity: must be one of"),
    ("database_url: {$env: GONE}", "database_url: the environment variable GONE is not set"),
    ("notify: {targets: [{channel: c, k: {$file: gone}}]}", "notify.targets[0].k: cannot read"),
    ("public_url: {$env: A, x: 1}", "public_url: a reference is"),
    ("a: &x [1]\nb: *x", "aliases are not allowed"),
    ("host: !!python/name:os.system", "tags are not allowed"),
    ("host: !secret x", "tags are not allowed"),
    ("port: 1\nport: 2", "line 2: the key `port` appears twice"),
    ("? [a]\n: 1", "a key must be plain text"),
    ("1: 2", "text keys"),
    ("- 1", "expected a mapping"),
    ("host: [", "line 1"),
    ("[" * 5000, "nested deeper"),
    ("x: '" + "a" * 300_000 + "'", "larger than"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text[:40] for text, _ in WRONG])
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(HubConfigError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert isinstance(caught.value, ConfigError)


@pytest.mark.parametrize(("name", "value"), [("API_PORT", "x"), ("INCIDENT_HUB_STRICT_PLUGINS", "maybe")])
def test_a_mistake_in_the_environment_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(HubConfigError, match=name):
        load(tmp_path, "", **{name: value})


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(HubConfigError, match="cannot read"):
        HubConfig.load(tmp_path / "gone.yaml", {})
