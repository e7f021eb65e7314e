"""The pages for authors of plugins: their links lead somewhere, and a reader who types what they say gets there."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from incident_hub.testing.pages import Shell, Step, blocks, play, steps
from incident_hub.testing.postgres import free_port

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "plugins"
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = (PAGES / "first-enricher.md").read_text(encoding="utf-8")
Environment = Any  # of tests/conftest.py
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)(?P<path>[^)#]+)(?:#[^)]*)?\)")
TEAM = '{"title": "Answers are slow", "labels": {"team": "search"}}'
FINDINGS = '{"query": "{ incidents(first: 1) { nodes { findings { plugin value } } } }"}'


@pytest.fixture
def author(fresh: Callable[..., Environment], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Somebody with uv and a hub that came as wheels, in an empty folder."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    place, hub = tmp_path / "place", fresh("incident-hub")
    place.mkdir()
    given = {"UV_FIND_LINKS": hub.variables()["UV_FIND_LINKS"]}
    return Shell(place, free_port(), programs=hub.programs, extra=given)


def five() -> tuple[list[Step], str]:
    """The commands of the page's first part: those that are typed, and the server."""
    part = FIRST.split("## From nothing to its own finding")[1].split("\n## ")[0]
    (server,) = blocks(part, "sh")
    return [step for block in blocks(part, "console") for step in steps(block.body)], server.body


def ten_lines(page: str) -> str:
    (shown,) = [
        block.body for block in blocks(page, "python") if block.file.endswith("incident_hub_owner.py")
    ]
    return shown


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path) -> None:
    found = [link["path"] for link in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [path for path in found if not (page.parent / path).exists()] == []


def test_the_overview_leads_to_every_page() -> None:
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES.glob("*.md") if f"]({page.name})" not in index] == ["index.md"]


def test_five_commands_are_enough_for_a_finding() -> None:
    typed, server = five()
    assert len(typed) + len(server.splitlines()) <= 5


@pytest.mark.parametrize("page", [README, FIRST], ids=["readme", "page"])
def test_the_smallest_enricher_has_ten_lines_at_most(page: str) -> None:
    assert len([line for line in ten_lines(page).splitlines() if line]) <= 10
    assert ten_lines(page) == ten_lines(README)


def test_the_enricher_of_the_readme_speaks_in_graphql(tmp_path: Path) -> None:
    source, site = tmp_path / "owner", tmp_path / "site"
    source.mkdir()
    for block in blocks(README):
        if block.file:
            (source / block.file).write_text(block.body)
    subprocess.run(
        ["uv", "pip", "install", "-q", "--no-deps", "--target", str(site), str(source)], check=True
    )
    shell = Shell(source, free_port(), extra={"PYTHONPATH": str(site)})
    with shell.serving("incident-hub serve"):
        shell.follow(Step(f"curl -s localhost:3000/webhooks/generic -d '{TEAM}'", '{"accepted":1,…}'))
        asked = f"curl -s localhost:3000/graphql -H 'Content-Type: application/json' -d '{FINDINGS}'"
        shell.follow(Step(asked, '…"plugin":"owner","value":{"summary":"owned by search",…'))


def test_every_block_of_the_first_page_is_run_or_is_a_file() -> None:
    quiet = [b for b in blocks(FIRST) if not b.file and b.kind != "console" and b.mark != "run: server"]
    assert [block.kind for block in quiet] == ["text"]  # the list of files, which the next test looks at


def test_the_list_of_files_is_that_of_the_template(tmp_path: Path) -> None:
    (shown,) = blocks(FIRST, "text")
    subprocess.run(
        ["incident-hub", "plugins", "new", "owner-labels", "--dir", str(tmp_path)],
        check=True, env={**os.environ, "INCIDENT_HUB_CONFIG": ""}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    made = tmp_path / "incident-hub-owner-labels"
    named = [line.split()[0] for line in shown.body.splitlines()]
    assert [name for name in named if not (made / name).exists()] == []


@pytest.mark.slow
@pytest.mark.timeout(60, func_only=True)
def test_the_five_commands_take_less_than_a_minute(author: Shell) -> None:
    typed, server = five()
    for step in typed[:2]:
        author.follow(step)
    with author.serving(server):
        for step in typed[2:]:
            author.follow(step)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", ["first-enricher", "publish", "versioning"])
def test_a_reader_gets_there(name: str, author: Shell) -> None:
    play((PAGES / f"{name}.md").read_text(encoding="utf-8"), author)
