"""Editing a list of names: every byte that is not the list's stays, and a file is changed whole or not at all."""

import stat
from pathlib import Path

import pytest
from incident_hub.host.config_edit import edit_names
from incident_hub.host.config_values import HubConfigError
from incident_hub.host.config_yaml import read_yaml

KEY = "plugins_block"


def edited(tmp_path: Path, before: str, **change: str) -> str:
    file = tmp_path / "hub.yaml"
    file.write_bytes(before.encode())
    edit_names(file, KEY, **change)
    return file.read_bytes().decode()


ADD = [
    ("", "plugins_block: [x]\n"),
    ("# only a comment", "# only a comment\nplugins_block: [x]\n"),
    ("port: 1  # why\n", "port: 1  # why\nplugins_block: [x]\n"),
    ("port: 1", "port: 1\nplugins_block: [x]\n"),
    ("port: 1\r\nhost: a\r\n", "port: 1\r\nhost: a\r\nplugins_block: [x]\r\n"),
    ("plugins_block: []\nport: 1\n", "plugins_block: [x]\nport: 1\n"),
    ("plugins_block:   [a,b]   # noisy\n", "plugins_block:   [a, b, x]   # noisy\n"),
    ("plugins_block: [\n  a, # one\n  b\n]\n", "plugins_block: [\n  a, # one\n  b, x\n]\n"),
    ("plugins_block:\n- a\n- b # two\nport: 1\n", "plugins_block:\n- a\n- b # two\n- x\nport: 1\n"),
    ("plugins_block:\n    -   a\n\n# c\n", "plugins_block:\n    -   a\n    -   x\n\n# c\n"),
    ("plugins_block:\n  - a", "plugins_block:\n  - a\n  - x\n"),
    ("plugins_block:\r\n  - a\r\n", "plugins_block:\r\n  - a\r\n  - x\r\n"),
    ("n: {plugins_block: [a]}\nplugins_block: ['b']\n", "n: {plugins_block: [a]}\nplugins_block: [b, x]\n"),
    ("ä: 'ü…'\nplugins_block: [a]  # ß\n", "ä: 'ü…'\nplugins_block: [a, x]  # ß\n"),
]


@pytest.mark.parametrize(("before", "after"), ADD)
def test_a_name_is_added_and_the_rest_stays(tmp_path: Path, before: str, after: str) -> None:
    assert edited(tmp_path, before, add="x") == after


REMOVE = [
    ("plugins_block: [x]\n", "plugins_block: []\n"),
    ("plugins_block: [a, x, b] # c\n", "plugins_block: [a, b] # c\n"),
    ("plugins_block: [\n  x, # one\n  b\n]\n", "plugins_block: [\n  b\n]\n"),
    ("plugins_block: [\n  a, # one\n  x\n]\n", "plugins_block: [\n  a\n]\n"),
    (
        "plugins_block:\n  - a\n  # about x\n  - x  # no\n  - b\n",
        "plugins_block:\n  - a\n  # about x\n  - b\n",
    ),
    ("plugins_block:\n  - x\nport: 1\n", "plugins_block: []\nport: 1\n"),
    ("plugins_block: # why\n  # more\n  - x\nport: 1\n", "plugins_block: [] # why\n  # more\nport: 1\n"),
    ("plugins_block: [a, 'x']\n", "plugins_block: [a]\n"),
]


@pytest.mark.parametrize(("before", "after"), REMOVE)
def test_a_name_is_removed_and_the_rest_stays(tmp_path: Path, before: str, after: str) -> None:
    assert edited(tmp_path, before, remove="x") == after


@pytest.mark.parametrize("name", ["true", "null", "1", "a: b", "on", "#x", "- a", "a,b"])
def test_an_odd_name_is_quoted_when_it_must_be(tmp_path: Path, name: str) -> None:
    edited(tmp_path, "plugins_block:\n  - a\n", add=name)
    assert read_yaml(tmp_path / "hub.yaml") == {KEY: ["a", name]}
    edited(tmp_path, "", add=name)
    assert read_yaml(tmp_path / "hub.yaml") == {KEY: [name]}


@pytest.mark.parametrize(
    ("before", "change"), [("plugins_block: [a]\n", {"add": "a"}), ("a: 1\n", {"remove": "b"})]
)
def test_what_is_so_already_is_not_written(tmp_path: Path, before: str, change: dict[str, str]) -> None:
    file = tmp_path / "hub.yaml"
    file.write_text(before)
    inode = file.stat().st_ino
    assert edit_names(file, KEY, **change) is False
    assert file.stat().st_ino == inode


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("{port: 1}\n", "write `plugins_block: [x]` in it yourself"),
        ("port: 1\n...\n", "write `plugins_block: [x]` in it yourself"),
        ("plugins_block: a\n", "expected a list of names"),
        ("plugins_block:\n", "expected a list of names"),
        ("port: [\n", "line 2"),
        ("a: &b 1\nplugins_block: [*b]\n", "aliases are not allowed"),
    ],
)
def test_what_cannot_be_edited_safely_is_left_alone(tmp_path: Path, before: str, told: str) -> None:
    with pytest.raises(HubConfigError, match="(?s)" + told.replace("[", r"\[")):
        edited(tmp_path, before, add="x")
    assert (tmp_path / "hub.yaml").read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["hub.yaml"]


def test_the_mode_and_the_link_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "hub.yaml"
    real.write_text("port: 1\n")
    real.chmod(0o640)
    link.symlink_to(real)
    edit_names(link, KEY, add="x")
    assert link.is_symlink()
    assert real.read_text() == "port: 1\nplugins_block: [x]\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        edited(tmp_path, "port: 1\n", add="x")
    assert (tmp_path / "hub.yaml").read_text() == "port: 1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["hub.yaml"]
