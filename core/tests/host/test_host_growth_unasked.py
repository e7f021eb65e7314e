"""A process asks plugins only for what it uses of them: no schema library where nobody is answered."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(("doors", "loaded"), [(True, True), (False, False)])
def test_a_hub_without_doors_asks_for_no_part_of_the_schema(doors: bool, loaded: bool) -> None:
    code = (
        "import asyncio, sys; from incident_hub.hub import Hub; from incident_hub.host.config import HubConfig;"
        f"hub = Hub(HubConfig(database_url='sqlite://', plugins_allow=('enricher_runbooks',)), doors={doors});"
        "print(hub.registry.records['enricher_runbooks'].status, 'strawberry' in sys.modules,"
        " bool(hub.registry.routes), bool(hub.registry.enrichers), bool(hub.registry.commands))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["active", str(loaded), str(loaded), "True", "False"], done.stderr
