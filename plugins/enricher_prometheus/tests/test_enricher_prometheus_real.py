"""A real Prometheus, filled by promtool, enriches an incident of a real hub; nothing breaks out of a matcher."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from incident_hub.testing.hubs import Hubs
from incident_hub.testing.postgres import free_port
from incident_hub.testing.programs import program, running_program, until_it_answers
from incident_hub_enricher_prometheus import Query
from incident_hub_enricher_prometheus.questions import question
from incident_hub_hookspecs.testing import HOSTILE_TEXTS, an_incident

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

INSTALL = "apt-get install -y --no-install-recommends prometheus"
BEGUN = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)
CONFIG = (
    "global: {scrape_interval: 1s}\nscrape_configs: [{job_name: self, static_configs: [{targets: ['%s']}]}]\n"
)


def exposition() -> str:
    """Requests that wait, 2 and then more from the start on, and labels of every sort."""
    lines = ["# TYPE vllm:num_requests_waiting gauge"]
    for minute in range(-20, 11):
        at = (BEGUN + timedelta(minutes=minute)).timestamp()
        value = 2 if minute < 0 else min(40, 2 + 4 * minute)
        lines.append(f'vllm:num_requests_waiting{{model_name="llama-3",pod="a"}} {value} {at:.0f}')
    lines.append("# TYPE hostile gauge")
    for number, text in enumerate(HOSTILE_TEXTS.values()):
        told = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines.append(f'hostile{{text="{told}"}} {number} {BEGUN.timestamp():.0f}')
    return "\n".join([*lines, "# EOF", ""])


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that has scraped itself and knows the past."""
    home = tmp_path_factory.mktemp("prometheus")
    (home / "past.txt").write_text(exposition())
    fill = [program("promtool", INSTALL), "tsdb", "create-blocks-from", "openmetrics", "past.txt", "tsdb"]
    subprocess.run(fill, cwd=home, check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    (home / "prometheus.yml").write_text(CONFIG % address)
    command = [
        program("prometheus", INSTALL), f"--web.listen-address={address}", "--config.file=prometheus.yml",
        "--storage.tsdb.path=tsdb", "--query.timeout=5s",
    ]  # fmt: skip
    log = home / "log"
    with log.open("wb") as out, running_program(command, out, home, dict(os.environ)) as process:
        until_it_answers(process, f"http://{address}/-/ready", log)
        yield f"http://{address}"


async def finding(hubs: Hubs, url: str, queries: list[dict[str, Any]], **alert: object) -> dict[str, Any]:
    """The finding about an alert, from a hub that asks this Prometheus."""
    settings = {"url": url, "allow_private": True, "queries": queries}
    config = {"plugins": {"enricher_prometheus": settings}}
    hub = await hubs("enricher_prometheus", "parser_generic", config=config, network=True)
    await hub.post_webhook("generic", {"title": "slow", "starts_at": BEGUN.isoformat(), **alert})
    await hub.settled()
    told = await hub.gql("{ incidents { edges { node { findings { plugin value error } } } } }")
    (edge,) = told["incidents"]["edges"]
    (found,) = (one for one in edge["node"]["findings"] if one["plugin"] == "enricher_prometheus")
    return found  # type: ignore[no-any-return]


async def test_what_prometheus_measured_is_a_finding_of_the_incident(hub_with: Hubs, prometheus: str) -> None:
    own = {"name": "hostile", "promql": 'hostile{text="${labels.text}"}', "kind": "instant"}
    labels = {"model": "llama-3", "text": HOSTILE_TEXTS["quotes"]}
    found = await finding(hub_with, prometheus, [own], labels=labels)
    value = found["value"]
    assert value["summary"].startswith("vLLM requests waiting rose from 2 to 22 in 20 min; hostile was ")
    by_name = {one["query"]: one for one in value["data"]["results"]}
    (series,) = by_name["vLLM requests waiting"]["series"]
    assert (series["at_start"], series["min"], series["max"], series["last"]) == (2, 2, 22, 22)
    assert value["data"]["errors"] == []
    assert by_name["vLLM requests waiting"]["link"].startswith(f"{prometheus}/graph?g0.expr=")


async def test_an_error_of_a_real_prometheus_is_named(hub_with: Hubs, prometheus: str) -> None:
    found = await finding(hub_with, prometheus, [{"name": "broken", "promql": "sum("}])
    assert "answered 400: bad_data: " in found["error"]
    assert "parse error" in found["error"]


def test_every_hostile_text_finds_its_own_series_and_no_other(prometheus: str) -> None:
    """In an equality and in a regex, by Prometheus's own parser."""
    for number, (name, text) in enumerate(HOSTILE_TEXTS.items()):
        for matcher in ("=", "=~"):
            query = Query("q", f'hostile{{text{matcher}"${{labels.text}}"}}', kind="instant")
            one = question(query, an_incident(labels={"text": text}, first_seen=BEGUN), BEGUN)
            assert one, name
            told = asyncio.run(_answer(f"{prometheus}{one.path}"))
            assert [series["value"][1] for series in told["data"]["result"]] == [str(number)], name


async def _answer(url: str) -> dict[str, Any]:
    import httpx

    async with httpx.AsyncClient() as client:
        answer = await client.get(url)
        return answer.json()  # type: ignore[no-any-return]
