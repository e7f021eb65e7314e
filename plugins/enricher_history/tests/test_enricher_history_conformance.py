"""What every plugin, and every enricher, must stand, with a past of every sort."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from incident_hub_hookspecs import Incident
from incident_hub_hookspecs.testing import hostile_incidents, huge_incident, incidents
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "enricher_history"


class TestEnricher(EnricherConformance):
    name = "enricher_history"

    @pytest.fixture
    def past(self) -> Sequence[Incident]:
        """For each incident of the kit an earlier one, as hostile as itself."""
        known = [*incidents(5), *hostile_incidents(), huge_incident()]
        return [
            replace(one, id=f"earlier {one.id}", created_at=one.created_at - timedelta(days=1))
            for one in known
        ]
