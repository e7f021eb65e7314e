"""What all conformance classes share: the plugin on its stage, and that no test of theirs is left out."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest

from incident_hub_hookspecs.context import CallContext, Tables
from incident_hub_hookspecs.people import Directory
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.canary import Watch, planted, watched
from incident_hub_hookspecs.testing.conformance.checks import hold
from incident_hub_hookspecs.testing.conformance.guard import GUARDS, forbid_skips, left_out
from incident_hub_hookspecs.testing.conformance.stage import Stage
from incident_hub_hookspecs.testing.contexts import NoTables
from incident_hub_hookspecs.testing.http import Answer, RecordingHttp
from incident_hub_hookspecs.testing.known import KnownDirectory
from incident_hub_hookspecs.testing.registering import entry_point, implementation, usual_settings

__all__ = ["Conformance", "the_only"]


class Conformance:
    """The base of all conformance classes; derive from one of them and give `name`.

    `name` is the entry point's name of your installed plugin. Each fixture here can be overridden in your
    class: `settings` when a key of your configuration has no default, `http` to script what the outside
    answers, `past` and `directory` to say what the hub knows, `tables` when your plugin has tables.

    Every secret of the settings is a canary in these tests. Each test fails when it turns up in a log, in an
    error or in an answer.

    No test may be skipped, overridden or taken away. One that your plugin cannot pass is overridden with
    `@pytest.mark.xfail(reason="why")`, and calls `super()`.
    """

    name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Refuse a class that takes away the guards themselves."""
        for guard in GUARDS:
            if guard in vars(cls):
                raise TypeError(f"{cls.__name__} overrides `{guard}`, which guards the kit's tests")

    @pytest.fixture
    def plugin(self) -> object:
        """The plugin, by its entry point."""
        hold(self.name, f"{type(self).__name__} needs `name`, the name of your plugin's entry point")
        return entry_point(self.name).load()

    @pytest.fixture
    def settings(self, plugin: object) -> object:
        """The plugin's settings: those it has when nothing is configured."""
        try:
            return usual_settings(plugin)
        except TypeError as error:
            raise AssertionError(
                f"a key of the settings has no default ({error}): give the fixture `settings`, which returns "
                "your dataclass"
            ) from error

    @pytest.fixture
    def http(self) -> RecordingHttp:
        """What the outside answers."""
        return RecordingHttp(Answer(200, {}))

    @pytest.fixture
    def past(self) -> Sequence[Incident]:
        """What `context.lookup` finds."""
        return ()

    @pytest.fixture
    def directory(self) -> Directory:
        """What `context.directory` knows."""
        return KnownDirectory()

    @pytest.fixture
    def tables(self) -> Tables:
        """What `context.tables` reaches."""
        return NoTables()

    @pytest.fixture
    def watch(self) -> Iterator[Watch]:
        """Looks for the canary; the test ends with what it found."""
        with watched() as watch:
            yield watch
        hold(not watch.leaks, f"a secret of the settings is told in {', '.join(sorted(set(watch.leaks)))}")

    @pytest.fixture
    def stage(
        self,
        plugin: object,
        settings: object,
        http: RecordingHttp,
        past: Sequence[Incident],
        directory: Directory,
        tables: Tables,
        watch: Watch,
    ) -> Stage:
        """The plugin's surroundings."""
        try:
            secret = planted(settings)
        except Exception as error:
            raise AssertionError(
                f"the settings refuse {error!r}: give the fixture `settings` with secrets that hold "
                "`incident_hub_hookspecs.testing.CANARY`"
            ) from error
        return Stage(
            plugin, self.name or "plugin", secret,
            http=http, past=past, directory=directory, tables=tables, watch=watch,
        )  # fmt: skip

    @pytest.fixture
    def context(self, stage: Stage) -> CallContext:
        """The context of a call."""
        return stage.context

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Called by pytest for each test of the class, while it collects them."""
        forbid_skips(metafunc.config, Conformance)

    def test_no_test_of_the_kit_is_left_out(self) -> None:
        """A test that is overridden must be an xfail with a reason, and one that is deleted is missed."""
        hold(not (found := left_out(type(self))), f"left out, without an xfail and its reason: {found}")


def the_only(plugin: object, hook: str, stage: Stage, fixture: str) -> Any:
    """The one thing that a plugin returns from a hook."""
    call = implementation(plugin, hook)
    hold(call, f"the plugin does not implement `{hook}`")
    given = call(context=stage.registration)  # type: ignore[misc]
    count = len(given) if isinstance(given, list | tuple) else 0
    hold(count == 1, f"`{hook}` returns {count}: override the fixture `{fixture}` to say which is meant")
    return given[0]
