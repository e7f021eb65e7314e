"""No hook without a bundled plugin that uses it, a test that names it, and a section in the docs."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from incident_hub_hookspecs.spec import HOOKS

ROOT = Path(__file__).parents[2]
NAMES = [hook.__name__ for hook in HOOKS]
REFRESH = "uv run python tools/hook_reference.py"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """tools/hook_reference.py."""
    spec = importlib.util.spec_from_file_location("hook_reference", ROOT / "tools" / "hook_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tests() -> str:
    """All tests of the house, but this file."""
    files = [file for file in ROOT.glob("*/**/test_*.py") if ".venv" not in file.parts]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file != Path(__file__))


@pytest.mark.parametrize("hook", NAMES)
def test_a_bundled_plugin_uses_the_hook(reference: ModuleType, hook: str) -> None:
    users = reference.uses().get(hook, [])
    assert users, f"no plugin under plugins/ implements {hook}"


@pytest.mark.parametrize("hook", NAMES)
def test_a_test_names_the_hook(tests: str, hook: str) -> None:
    assert re.search(rf"\b{hook}\b", tests), f"no test names {hook}"


@pytest.mark.parametrize("hook", NAMES)
def test_the_docs_have_a_section_on_the_hook(hook: str) -> None:
    page = (ROOT / "docs" / "plugins" / "hooks.md").read_text(encoding="utf-8")
    assert f"\n## {hook}\n\n```python\n" in page, f"run `{REFRESH}`"


def test_the_hook_reference_is_what_the_contract_says(reference: ModuleType) -> None:
    found = (ROOT / "docs" / "plugins" / "hooks.md").read_text(encoding="utf-8")
    assert found == reference.page(), f"docs/plugins/hooks.md differs; run `{REFRESH}` and commit the result"
