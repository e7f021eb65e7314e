"""No test of the kit is left out unseen: neither skipped, nor overridden, nor taken away."""

import inspect
from collections.abc import Callable, Generator
from typing import Any

import pytest

__all__ = ["GUARDS", "forbid_skips", "left_out"]

GUARDS = ("test_no_test_of_the_kit_is_left_out", "pytest_generate_tests")
_KIT = __name__.rpartition(".")[0]
_PLUGIN = "incident_hub_conformance"


class _NoSkips:
    """A pytest plugin: a skipped test of these classes is a failed one, whoever skipped it."""

    def __init__(self, kind: type) -> None:
        self._kind = kind

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn the outcome; an xfail is reported as skipped too, and stays."""
        report = yield
        cls = getattr(item, "cls", None)
        if report.skipped and not hasattr(report, "wasxfail") and cls and issubclass(cls, self._kind):
            report.outcome = "failed"
            report.longrepr = (
                f"{cls.__name__}: a test of the kit is skipped; mark it xfail with a reason instead"
            )
        return report


def forbid_skips(config: pytest.Config, kind: type) -> None:
    """From now on, in this run, tests in classes of this kind cannot be skipped."""
    if not config.pluginmanager.has_plugin(_PLUGIN):
        config.pluginmanager.register(_NoSkips(kind), _PLUGIN)


def left_out(cls: type) -> list[str]:
    """The kit's tests that the class lacks, or overrides without the mark and the reason."""
    wanted: dict[str, Callable[..., Any]] = {}
    for base in reversed([one for one in cls.__mro__ if one.__module__.startswith(_KIT)]):
        wanted |= {name: test for name, test in vars(base).items() if name.startswith("test_")}
    return [
        name for name, test in wanted.items() if getattr(cls, name) is not test and not _excused(cls, name)
    ]


def _excused(cls: type, name: str) -> bool:
    own = inspect.getattr_static(cls, name)
    marks = getattr(own, "pytestmark", [])
    return callable(own) and any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)
