"""`/metrics`: what Prometheus reads, taken from the same records that the CLI and GraphQL show."""

import subprocess
import sys

import httpx
import pytest
from incident_hub.hub import Hub
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text_format


def of(*labels: str) -> frozenset[str]:
    return frozenset(labels)


async def samples(client: httpx.AsyncClient) -> dict[tuple[str, frozenset[str]], float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    found = {}
    for family in text_format(answer.text):
        for sample in family.samples:
            found[sample.name, frozenset(sample.labels.values())] = sample.value
    return found


async def test_every_plugin_is_there_with_its_version_and_status(client: httpx.AsyncClient, hub: Hub) -> None:
    found = await samples(client)
    for record in hub.registry.records.values():
        labels = of(record.name, record.version, record.status.value)
        assert found["incident_hub_plugin_info", labels] == 1
        assert found["incident_hub_plugin_calls_total", of(record.name)] == 0
    assert found["incident_hub_config_last_reload_successful", of()] == 1


async def test_calls_errors_and_durations_are_counted(client: httpx.AsyncClient, hub: Hub) -> None:
    assert (await client.post("/webhooks/generic", json={"title": "x"})).status_code == 202
    assert (await client.post("/webhooks/generic", content=b"{")).status_code == 400
    record = hub.registry.records["parser_generic"]
    record.count(0.3, failed=True)
    record.count(100, failed=True)
    found = await samples(client)
    name = "parser_generic"
    assert found["incident_hub_plugin_calls_total", of(name)] == 4
    assert found["incident_hub_plugin_errors_total", of(name)] == 2
    assert found["incident_hub_plugin_call_seconds_count", of(name)] == 4
    assert found["incident_hub_plugin_call_seconds_sum", of(name)] == pytest.approx(100.3, abs=0.1)
    assert found["incident_hub_plugin_call_seconds_bucket", of(name, "0.25")] == 2
    assert found["incident_hub_plugin_call_seconds_bucket", of(name, "0.5")] == 3
    assert found["incident_hub_plugin_call_seconds_bucket", of(name, "+Inf")] == 4


async def test_an_open_circuit_shows_until_it_closes(client: httpx.AsyncClient, hub: Hub) -> None:
    async def fail() -> None:
        raise RuntimeError("no")

    for _ in range(5):
        await hub.dispatcher.call("action_http", fail, deadline=1, circuit="svc")
    key = ("incident_hub_plugin_circuit_open", of("action_http", "action_http:svc"))
    assert (await samples(client))[key] == 1
    hub.registry.records["action_http"].circuits["action_http:svc"].reset()
    assert (await samples(client))[key] == 0


async def test_a_refused_reload_shows(client: httpx.AsyncClient, hub: Hub) -> None:
    hub.reloader.problem = "line 3"
    assert (await samples(client))["incident_hub_config_last_reload_successful", of()] == 0


async def test_openmetrics_is_spoken_when_asked_for(client: httpx.AsyncClient) -> None:
    accept = "application/openmetrics-text;version=1.0.0"
    answer = await client.get("/metrics", headers={"accept": accept})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    names = {family.name for family in openmetrics(answer.text)}
    assert {"incident_hub_plugin", "incident_hub_plugin_calls", "incident_hub_plugin_call_seconds"} <= names
    assert {"python_info", "process_cpu_seconds"} <= names


def test_the_library_is_not_imported_before_a_scrape() -> None:
    code = "import sys, incident_hub.api.app; print('prometheus_client' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "False\n"
