"""The kit finds what is wrong with a plugin, and notices when it is not allowed to look."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

KIT = Path(__file__).parent / "kit"
FAILED = re.compile(r"^(?:FAILED|ERROR) \S*?::(\w+)::(\w+)", re.MULTILINE)
GUARD = "test_no_test_of_the_kit_is_left_out"


def bad_classes() -> Iterator[tuple[str, str, set[str]]]:
    """The classes below `@caught_by(...)`: the file, the class, and the tests that must fail."""
    for file in sorted(KIT.glob("bad_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            marks = [one for one in getattr(node, "decorator_list", ()) if isinstance(one, ast.Call)]
            if isinstance(node, ast.ClassDef) and marks:
                yield file.name, node.name, {str(ast.literal_eval(one)) for one in marks[0].args}


BAD = list(bad_classes())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of the files in `kit/`, as it would in somebody's repository."""
    folder = tmp_path_factory.mktemp("kit")
    (folder / "pytest.ini").write_text("[pytest]\n")
    wanted = [f"{KIT}/{file}::{cls}::{test}" for file, cls, tests in BAD for test in sorted(tests)]
    files = [*wanted, f"{KIT}/left_out.py", f"{KIT}/skipped.py"]
    options = ["-c", "pytest.ini", "-p", "no:cacheprovider", "--tb=line"]
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", *options, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110, check=False)
    return done.stdout


def failures(run: str, cls: str) -> set[str]:
    return {test for owner, test in FAILED.findall(run) if owner == cls}


@pytest.mark.parametrize(("cls", "tests"), [(cls, tests) for _, cls, tests in BAD])
def test_what_is_wrong_with_a_plugin_is_found(run: str, cls: str, tests: set[str]) -> None:
    assert failures(run, cls) == tests


def test_left_out_tests_are_missed(run: str) -> None:
    assert failures(run, "TestOverrides") == {GUARD}
    assert failures(run, "TestDeletes") == {GUARD}
    assert failures(run, "TestGivesNoReason") == {GUARD}


def test_an_xfail_with_a_reason_is_allowed(run: str) -> None:
    assert failures(run, "TestGivesAReason") == set()
    assert "test_the_guards_cannot_be_overridden" not in run
    assert " 2 xfailed" in run  # and the one without a reason


def test_a_skipped_test_is_a_failed_one(run: str) -> None:
    assert {GUARD, "test_it_registers_twice"} <= failures(run, "TestMarked")
    assert "test_it_registers_twice" in failures(run, "TestSkipsInAFixture")
    assert "TestMarked: a test of the kit is skipped; mark it xfail with a reason instead" in run
    assert " 1 skipped" in run  # the test that is not the kit's
