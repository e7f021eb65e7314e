"""The kit finds what is wrong with a plugin, and notices when it is not allowed to look."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

KIT = Path(__file__).parent / "kit"
FAILED = re.compile(r"^(?:FAILED|ERROR) \S*?::(\w+)::(\w+)", re.MULTILINE)
GUARD = "test_no_test_of_the_kit_is_left_out"


def bad_classes() -> dict[str, set[str]]:
    spec = importlib.util.spec_from_file_location("bad_plugins", KIT / "bad_plugins.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, set[str]] = module.CAUGHT_BY
    return found


BAD = bad_classes()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of the files in `kit/`, as it would in somebody's repository."""
    folder = tmp_path_factory.mktemp("kit")
    (folder / "pytest.ini").write_text("[pytest]\n")
    wanted = [f"{KIT}/bad_plugins.py::{cls}::{test}" for cls, tests in BAD.items() for test in tests]
    files = [*wanted, f"{KIT}/left_out.py", f"{KIT}/skipped.py"]
    options = ["-c", "pytest.ini", "--continue-on-collection-errors", "-p", "no:cacheprovider", "--tb=line"]
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", *options, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110, check=False)
    return done.stdout


def failures(run: str, cls: str) -> set[str]:
    return {test for owner, test in FAILED.findall(run) if owner == cls}


@pytest.mark.parametrize("cls", BAD)
def test_what_is_wrong_with_a_plugin_is_found(run: str, cls: str) -> None:
    assert BAD[cls] <= failures(run, cls)


def test_left_out_tests_are_missed(run: str) -> None:
    assert failures(run, "TestOverrides") == {GUARD}
    assert failures(run, "TestDeletes") == {GUARD}
    assert failures(run, "TestGivesNoReason") == {GUARD}


def test_an_xfail_with_a_reason_is_allowed(run: str) -> None:
    assert failures(run, "TestGivesAReason") == set()
    assert "test_the_guards_cannot_be_overridden" not in run
    assert " 2 xfailed" in run  # and the one without a reason


def test_a_skipped_class_is_an_error_of_collection(run: str) -> None:
    assert re.search(r"TestSkipped\.test_\w+ is skipped; mark it xfail with a reason instead", run)
    assert failures(run, "TestSkipped") == set()
