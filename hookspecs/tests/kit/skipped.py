"""A class that is skipped whole: an error while tests are collected."""

import pytest
from incident_hub_hookspecs.testing.conformance import EnricherConformance


@pytest.mark.skipif(True, reason="no time")
class TestSkipped(EnricherConformance):
    name = "enricher_history"
