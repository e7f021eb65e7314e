"""What every plugin, and every directory, must stand."""

from pathlib import Path

import pytest
from incident_hub_directory_file import Settings
from incident_hub_hookspecs.testing.conformance import DirectoryConformance, PluginConformance

FILE = """
people: [{id: ann, name: Ann, email: ann@x.example}]
teams: [{id: chat-team, name: Chat, members: [ann], schedule: night}]
services: [{id: chat, name: Chat, owner_team: chat-team, tier: 1}]
on_call: {night: [ann]}
"""


class OfThatFile:
    """The plugin, with the file above."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        file = tmp_path / "directory.yaml"
        file.write_text(FILE, encoding="utf-8")
        return Settings((str(file),))


class TestPlugin(OfThatFile, PluginConformance):
    name = "directory_file"


class TestDirectory(OfThatFile, DirectoryConformance):
    name = "directory_file"

    @pytest.fixture
    def known(self) -> dict[str, str]:
        return {"person": "ann", "team": "chat-team", "service": "chat", "schedule": "night"}
