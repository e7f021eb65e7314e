"""What comes out of the template: the same by both ways, exactly these files, and sound."""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException
from cookiecutter.main import cookiecutter
from incident_hub.cli.errors import CommandError
from incident_hub.cli.main import run
from incident_hub.cli.scaffold.template import Template, template_folder
from packaging.specifiers import SpecifierSet

Make = Callable[..., Path]
KINDS = Template(template_folder()).choices("kind")
LONGEST = "bcdefghijklmnopqrstuvwxyz-54321"
AWKWARD = {
    "author": 'Zoë "Z" O\'Neil \\ 🦊',
    "email": "zoe@example.org",
    "description": 'Says "who" & why.',
    "license": "Apache-2.0",
    "_hub_checkout": "/srv/hub",
}
PLAIN = {"author": "", "email": "", "license": "none"}


def by_cookiecutter(into: Path, **answers: str) -> Path:
    """As `cookiecutter plugin-template` does, without a trace in the home folder."""
    config = into / "cookiecutter.yaml"
    config.write_text(f"replay_dir: {into / 'replay'}\ncookiecutters_dir: {into / 'templates'}\n")
    template = str(template_folder())
    return Path(
        cookiecutter(
            template, no_input=True, output_dir=str(into), extra_context=answers, config_file=str(config)
        )
    )


def contents(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def project(folder: Path) -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_cookiecutter_and_the_command_make_the_same(kind: str, make: Make, tmp_path: Path) -> None:
    for answers in (AWKWARD, PLAIN):
        name = f"the-{answers['license'][:1].lower()}"
        ours = make(kind, name, **answers)
        theirs = by_cookiecutter(tmp_path, name=name, kind=kind, **answers)
        assert contents(ours) == contents(theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_exactly_these_files_come_out(kind: str, make: Make) -> None:
    assert set(contents(make(kind))) == {
        ".github/dependabot.yml",
        ".github/workflows/publish.yml",
        ".github/workflows/test.yml",
        ".gitignore",
        "CHANGELOG.md",
        "README.md",
        "pyproject.toml",
        "src/incident_hub_my_plugin/__init__.py",
        f"src/incident_hub_my_plugin/{kind}.py",
        "src/incident_hub_my_plugin/py.typed",
        "tests/test_conformance.py",
        "tests/test_in_a_hub.py",
        "tests/test_incident_hub_my_plugin.py",
    }


@pytest.mark.parametrize("rest", ["", LONGEST])
def test_code_is_formatted_and_linted_whatever_the_name(rest: str, make: Make) -> None:
    folders = [str(make(kind, letter + rest)) for letter, kind in zip("abcdefg", KINDS, strict=True)]
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "-q"], ["format", "-q", "--diff"]):
        words = [*ruff, *command, "--no-cache", *folders]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_answers_reach_the_metadata_as_they_were_given(make: Make) -> None:
    told = project(make("llm", **AWKWARD))
    assert told["authors"] == [{"name": AWKWARD["author"], "email": AWKWARD["email"]}]
    assert (told["description"], told["license"]) == (AWKWARD["description"], "Apache-2.0")


def test_what_is_not_answered_is_left_out(make: Make) -> None:
    told = project(make("webhook", **PLAIN))
    assert {"authors", "license"}.isdisjoint(told)
    assert told["description"] == "Incident Hub plugin: webhook parser."


def test_the_range_it_asks_for_holds_the_contract_of_this_tree(make: Make) -> None:
    (wanted,) = project(make("enricher"))["dependencies"]  # type: ignore[misc]
    told = SpecifierSet(str(wanted).removeprefix("incident-hub-hookspecs"))
    assert told.contains(metadata.version("incident-hub-hookspecs"))
    assert {one.operator for one in told} == {">=", "<"}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_to_render_and_only_a_checkout_names_a_folder(kind: str, make: Make) -> None:
    for path, text in contents(make(kind)).items():
        assert "cookiecutter" not in text, path
        assert "{%" not in text, path
        assert "tool.uv.sources" not in text, path


BAD = [
    ({"name": "Owner"}, "small letters"),
    ({"name": "-owner"}, "small letters"),
    ({"name": "own--er"}, "small letters"),
    ({"name": "../owner"}, "small letters"),
    ({"name": "x" * 33}, "32 characters"),
    ({"name": "owner", "author": "A\nB"}, "one line"),
    ({"name": "owner", "email": 'a"@b'}, "no e-mail address"),
]


@pytest.mark.parametrize(("answers", "message"), BAD)
def test_bad_answers_are_refused_by_both_ways_before_anything_is_written(
    answers: dict[str, str], message: str, make: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=message):
        make("enricher", **answers)
    with pytest.raises(FailedHookException):
        by_cookiecutter(tmp_path, **answers)
    assert message in capfd.readouterr().err
    assert not list(tmp_path.rglob("pyproject.toml"))


def test_the_command_makes_a_repository_where_it_is_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = ["--dir", str(tmp_path / "deep" / "er"), "--author", "Ada", "--email", "ada@example.org"]
    assert run(["plugins", "new", "geo-sites", "--kind", "notifier", *there]) == 0
    made = tmp_path / "deep" / "er" / "incident-hub-geo-sites"
    assert capsys.readouterr().out.startswith(f"made {made}\n")
    assert project(made)["entry-points"] == {"incident_hub.plugins": {"geo_sites": "incident_hub_geo_sites"}}
    assert [path.name for path in made.parent.iterdir()] == [made.name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("enricher-history", "installed already, by incident-hub-enricher-history"),
        ("serve", "is a command of the hub"),
        ("Bad", "small letters"),
    ],
)
def test_a_name_that_cannot_serve_is_refused_in_one_line(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plugins", "new", name, "--dir", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "incident-hub-geo").mkdir()
    assert run(["plugins", "new", "geo", "--dir", str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert list((tmp_path / "incident-hub-geo").iterdir()) == []


def test_a_hub_from_a_checkout_makes_a_repository_that_finds_it(tmp_path: Path) -> None:
    run(["plugins", "new", "geo", "--dir", str(tmp_path)])
    root = template_folder().parent
    sources = tomllib.loads((tmp_path / "incident-hub-geo" / "pyproject.toml").read_text())["tool"]["uv"][
        "sources"
    ]
    assert sources == {
        "incident-hub": {"path": str(root), "editable": True},
        "incident-hub-hookspecs": {"path": str(root / "hookspecs"), "editable": True},
    }
