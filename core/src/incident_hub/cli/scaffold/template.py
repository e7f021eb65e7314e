"""The template: where it lies, what it asks, and what follows from the answers.

It is cookiecutter's form, so `cookiecutter` makes the same repository; jinja2 alone is enough here.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Template", "template_folder"]

_QUESTIONS = "cookiecutter.json"


def template_folder() -> Path:
    """Inside an installed wheel, else in the checkout."""
    packaged = Path(__file__).parents[2] / "_plugin_template"
    return packaged if packaged.exists() else Path(__file__).parents[5] / "plugin-template"


class Template:
    """A folder with `cookiecutter.json`, one folder named by a variable, and `templates/` to include."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def questions(self) -> Mapping[str, Any]:
        """Variables and their defaults, in order; a list is a choice whose first item is the default."""
        text = (self.folder / _QUESTIONS).read_text(encoding="utf-8")
        known: dict[str, Any] = json.loads(text)
        known.pop("__prompts__", None)
        return known

    @cached_property
    def body(self) -> Path:
        """The folder that becomes the repository."""
        return next(self.folder.glob("{{*}}"))

    @cached_property
    def environment(self) -> "Environment":
        """jinja2 as cookiecutter sets it up."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - one command needs it

        paths = [self.body, self.folder / "templates"]
        loader = FileSystemLoader(paths)
        return Environment(  # noqa: S701 - what comes out is code, not HTML
            loader=loader, undefined=StrictUndefined, keep_trailing_newline=True
        )

    def choices(self, name: str) -> list[str]:
        """What may be answered to a question of choice."""
        return list(self.questions[name])

    def answers(self, given: Mapping[str, str]) -> dict[str, str]:
        """Every variable: what is given, else its default, which may name variables before it."""
        known: dict[str, str] = {}
        for name, usual in self.questions.items():
            default = usual[0] if isinstance(usual, list) else usual
            plain = name.startswith("_") and not name.startswith("__")
            known[name] = given.get(name, default) if plain else self.text(given.get(name, default), known)
        return known

    def text(self, source: str, answers: Mapping[str, str]) -> str:
        """A piece of template, rendered."""
        return self.environment.from_string(source).render(cookiecutter=answers)
