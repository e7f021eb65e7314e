from pathlib import Path

import pytest
from acme_owners import Settings, owners_in
from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "owners.csv"
    file.write_text("service,owner\nchat,assistants\n")
    return Settings(file)


class TestPlugin(PluginConformance):
    name = "acme_owners"

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings


class TestEnricher(EnricherConformance):
    name = "acme_owners"

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.csv: No such file"):
        owners_in(tmp_path / "gone.csv")
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ConfigError, match="columns"):
        owners_in(tmp_path / "odd.csv")
