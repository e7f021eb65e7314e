"""Classes whose tests are skipped, by a mark and from within."""

import pytest
from incident_hub_hookspecs.testing.conformance import PluginConformance


@pytest.mark.skipif(True, reason="no time")
class TestMarked(PluginConformance):
    name = "enricher_history"


class TestSkipsInAFixture(PluginConformance):
    @pytest.fixture
    def plugin(self) -> object:
        pytest.skip("no service here")


def test_other_tests_may_be_skipped() -> None:
    pytest.skip("they are not ours")
