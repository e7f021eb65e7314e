"""What every plugin, and every notifier, must stand; the mails go to a real server with STARTTLS and a login."""

from collections.abc import Mapping
from typing import Any

import pytest
from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance
from incident_hub_notifier_email import Settings

MailServer = Any  # of conftest


class TestPlugin(PluginConformance):
    name = "notifier_email"


class TestNotifier(NotifierConformance):
    name = "notifier_email"

    @pytest.fixture
    def settings(self, mail_server: MailServer) -> Settings:
        found: Settings = mail_server.settings()
        return found

    @pytest.fixture
    def outside(self, mail_server: MailServer) -> MailServer:
        return mail_server

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        return {"to": ["oncall@example.com"], "cc": "Lead <lead@example.com>"}
