"""Repositories made from the template."""

from collections.abc import Callable
from pathlib import Path

import pytest
from incident_hub.cli.scaffold.making import make_repository
from incident_hub.cli.scaffold.template import Template, template_folder

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def template() -> Template:
    return Template(template_folder())


@pytest.fixture
def make(template: Template, tmp_path: Path) -> Make:
    """Make a repository; what is not given is as the template has it."""

    def make(kind: str, name: str = "my-plugin", **given: str) -> Path:
        return make_repository(template, {"name": name, "kind": kind, **given}, tmp_path / "made")

    return make
