"""Classes that leave out tests of the kit, and one that may; run by `test_kit_catches.py`."""

import pytest
from incident_hub_hookspecs import Enricher, Enrichment, hookimpl
from incident_hub_hookspecs.testing.conformance import EnricherConformance


class Plain(Enricher):
    async def enrich(self, incidents, context):  # noqa: ANN001, ANN201, ARG002
        return [Enrichment("x") for _ in incidents]


class Mine(EnricherConformance):
    @pytest.fixture
    def plugin(self) -> object:
        return self

    @hookimpl
    def register_enrichers(self) -> list[Enricher]:
        return [Plain()]


class TestOverrides(Mine):
    def test_the_deadline_is_honoured(self) -> None:
        """Nothing is tested here."""


class TestDeletes(Mine):
    test_the_deadline_is_honoured = None  # type: ignore[assignment]


class TestGivesNoReason(Mine):
    @pytest.mark.xfail
    def test_the_deadline_is_honoured(self, subject, stage) -> None:  # noqa: ANN001
        super().test_the_deadline_is_honoured(subject, stage)
        raise AssertionError


class TestGivesAReason(Mine):
    @pytest.mark.xfail(reason="the service behind it cannot be hurried")
    def test_the_deadline_is_honoured(self, subject, stage) -> None:  # noqa: ANN001
        super().test_the_deadline_is_honoured(subject, stage)
        raise AssertionError


def test_the_guards_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="guards the kit's tests"):
        type("TestUnguarded", (Mine,), {"test_no_test_of_the_kit_is_left_out": None})
