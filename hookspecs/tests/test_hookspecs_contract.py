"""The contract itself: complete, documented, and free of everything but pluggy and the standard library."""

import ast
import inspect
import sys
from collections.abc import Iterable, Set
from pathlib import Path

import incident_hub_hookspecs
import pluggy
import pytest
from incident_hub_hookspecs import PROJECT, hookimpl, spec
from incident_hub_hookspecs.spec import HOOKS
from incident_hub_hookspecs.testing.registering import implementations

SOURCE = Path(incident_hub_hookspecs.__file__).parent
ALLOWED = sys.stdlib_module_names | {"pluggy", "incident_hub_hookspecs"}


def imported(file: Path) -> set[str]:
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    plain = [alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names]
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    named = [node.module or "" for node in tree if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in plain + named}


def strange(files: Iterable[Path], allowed: Set[str]) -> dict[str, set[str]]:
    return {path.name: found for path in files if (found := imported(path) - allowed)}


def test_the_contract_imports_pluggy_and_the_standard_library_only() -> None:
    files = [path for path in SOURCE.rglob("*.py") if "testing" not in path.parts]
    assert strange(files, ALLOWED) == {}


def test_the_kit_needs_pytest_in_its_conformance_classes_only() -> None:
    kit = set((SOURCE / "testing").rglob("*.py"))
    classes = {path for path in kit if "conformance" in path.parts}
    assert strange(kit - classes, ALLOWED) == {}
    assert strange(classes, ALLOWED | {"pytest"}) == {}


def test_every_hook_of_the_contract_is_listed_and_known_to_pluggy() -> None:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(spec)
    declared = {
        name for name, _ in inspect.getmembers(spec, inspect.isfunction) if hasattr(manager.hook, name)
    }
    assert declared == {hook.__name__ for hook in HOOKS}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_a_hook_says_what_it_returns_since_when_and_shows_an_example(hook: object) -> None:
    told = inspect.getdoc(hook) or ""
    assert inspect.signature(hook).return_annotation is not inspect.Signature.empty  # type: ignore[arg-type]
    assert "Since " in told
    assert "Example: " in told


def test_everything_public_has_a_docstring() -> None:
    public = [getattr(incident_hub_hookspecs, name) for name in incident_hub_hookspecs.__all__]
    bare = [one.__name__ for one in public if inspect.isclass(one) and not one.__dict__.get("__doc__")]
    assert bare == []


def test_a_hook_that_is_about_to_go_is_an_error_in_its_authors_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sink:
        @hookimpl
        async def on_event(self) -> None:
            """Hears nothing."""

    assert set(implementations(Sink())) == {"on_event"}
    said = DeprecationWarning("use `lifespan` instead")
    monkeypatch.setitem(spec.on_event.incident_hub_spec, "warn_on_impl", said)  # type: ignore[attr-defined]
    with pytest.raises(DeprecationWarning, match="use `lifespan`"):
        implementations(Sink())
