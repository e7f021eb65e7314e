from pathlib import Path

import pytest
from incident_hub_hookspecs.testing.conformance import ActionConformance, PluginConformance

from {{ cookiecutter.__package }} import Settings


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestAction(ActionConformance):
    name = "{{ cookiecutter.__plugin }}"

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(tmp_path)
