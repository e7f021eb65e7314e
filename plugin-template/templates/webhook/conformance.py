import hmac
import json
from collections.abc import Callable, Mapping, Sequence

import pytest
from incident_hub_hookspecs.testing import CANARY
from incident_hub_hookspecs.testing.conformance import PluginConformance, WebhookParserConformance

from {{ cookiecutter.__package }} import Settings

KEY = CANARY.encode()
EVENT = {
    "specversion": "1.0",
    "id": "e-17",
    "source": "/evals/nightly",
    "type": "example.evals.failed",
    "data": {"title": "Groundedness below 0.7", "severity": "major", "labels": {"model": "kestrel"}},
}


class TestPlugin(PluginConformance):
    name = "{{ cookiecutter.__plugin }}"


class TestParser(WebhookParserConformance):
    name = "{{ cookiecutter.__plugin }}"

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(secret=CANARY)

    @pytest.fixture
    def examples(self) -> Sequence[str]:
        return [json.dumps(EVENT), json.dumps([EVENT, EVENT])]

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Mapping[str, str]]:
        return lambda body: {"x-signature-256": "sha256=" + hmac.new(KEY, body, "sha256").hexdigest()}
