"""From answers to a repository on the disk: whole, or nothing of it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from incident_hub.cli.errors import CommandError
from incident_hub.cli.scaffold.template import Template

__all__ = ["make_repository"]

_CHECK = "hooks/pre_gen_project.py"


def make_repository(template: Template, given: Mapping[str, str], parent: Path) -> Path:
    """Write a new repository into `parent` and return its folder.

    Raises `CommandError` for answers that the template refuses, and for a folder that is there already.
    """
    answers = template.answers(given)
    _check(template, answers)
    made = parent / template.text(template.body.name, answers)
    if made.exists():
        raise CommandError(f"{made} exists already; choose another name, or `--dir` for another place")
    files = dict(_files(template, answers))
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".new-") as scratch:
        half = Path(scratch) / made.name
        for path, text in files.items():
            (half / path).parent.mkdir(parents=True, exist_ok=True)
            (half / path).write_text(text, encoding="utf-8", newline="")
        half.rename(made)
    return made


def _check(template: Template, answers: Mapping[str, str]) -> None:
    """Run the template's own check of the answers, as cookiecutter does: a program of its own."""
    program = template.text((template.folder / _CHECK).read_text(encoding="utf-8"), answers)
    done = subprocess.run(
        [sys.executable, "-I", "-"], input=program, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise CommandError(done.stderr.strip(), 2)


def _files(template: Template, answers: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for path in sorted(template.body.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            place = path.relative_to(template.body).as_posix()
            rendered = template.environment.get_template(place).render(cookiecutter=answers)
            yield Path(template.text(place, answers)), rendered
