"""Alerts in and alerts out, as Alertmanager would."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from incident_hub.hub import Hub
from incident_hub_hookspecs import Alert

Fire = Callable[..., Awaitable[httpx.Response]]
Alerts = Callable[..., Awaitable[list[dict[str, Any]]]]


async def test_a_posted_alert_is_listed_with_every_field_that_clients_read(
    client: httpx.AsyncClient, fire: Fire, alerts: Alerts
) -> None:
    answer = await fire(alertname="Slow", model="gpt-x")
    assert (answer.status_code, answer.content) == (200, b"")
    [listed] = await alerts()
    assert listed["labels"] == {"alertname": "Slow", "model": "gpt-x"}
    assert listed["receivers"] == [{"name": "incident-hub"}]
    assert listed["status"] == {"state": "active", "silencedBy": [], "inhibitedBy": [], "mutedBy": []}
    now = datetime.now(UTC)
    assert datetime.fromisoformat(listed["startsAt"]) < now < datetime.fromisoformat(listed["endsAt"])
    assert listed["generatorURL"] == "http://prometheus/graph"
    assert {"fingerprint", "updatedAt", "annotations"} <= listed.keys()


async def test_an_end_in_the_past_takes_it_off_the_list_however_often_it_is_said(
    fire: Fire, alerts: Alerts
) -> None:
    await fire(alertname="Slow")
    for _ in range(3):
        assert (await fire(ends=-0.01, alertname="Slow")).status_code == 200
    assert await alerts() == []


async def test_no_alerts_at_all_are_fine(client: httpx.AsyncClient, alerts: Alerts) -> None:
    answer = await client.post("/api/v2/alerts", json=[])
    assert (answer.status_code, answer.content) == (200, b"")
    assert await alerts() == []


async def test_the_sound_alerts_of_a_batch_are_stored_beside_the_unsound_ones(
    client: httpx.AsyncClient, alerts: Alerts
) -> None:
    items = [{"labels": {"alertname": "Good"}}, {"labels": {}}, {"labels": {"alertname": "Also"}}, 7]
    answer = await client.post("/api/v2/alerts", json=items)
    assert answer.status_code == 400
    assert isinstance(answer.json(), str)
    assert {a["labels"]["alertname"] for a in await alerts()} == {"Good", "Also"}


async def test_an_incident_of_another_source_is_listed_under_its_title(hub: Hub, alerts: Alerts) -> None:
    hostile = Alert(source="crm", title="Bot lies", labels={"team": "b"}, generator_url="javascript:alert(1)")
    await hub.intake.submit([hostile])
    [listed] = await alerts(("filter", 'alertname="Bot lies"'), ("filter", "source=crm"))
    assert listed["labels"] == {"alertname": "Bot lies", "team": "b"}
    assert listed["generatorURL"] == ""


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["severity=critical"], {"A", "B"}),
        (['severity!="critical"'], {"C"}),
        (['alertname=~"A|C"'], {"A", "C"}),
        (["alertname!~[AB]"], {"C"}),
        (["severity=critical", "alertname!=A"], {"B"}),
        (['{severity="critical", alertname=~"B.*"}'], {"B"}),
        (['"gpu"=""'], {"A", "B", "C"}),
        ([" alertname = A "], {"A"}),
    ],
)
async def test_filters_are_matchers_that_must_all_hold(
    fire: Fire, alerts: Alerts, filters: list[str], names: set[str]
) -> None:
    for name, severity in (("A", "critical"), ("B", "critical"), ("C", "warning")):
        await fire(alertname=name, severity=severity)
    assert {a["labels"]["alertname"] for a in await alerts(*(("filter", f) for f in filters))} == names


@pytest.mark.parametrize(("pattern", "count"), [("incident-.*", 1), ("incident", 0), ("", 1)])
async def test_the_receiver_pattern_must_match_the_whole_name(
    fire: Fire, alerts: Alerts, pattern: str, count: int
) -> None:
    await fire(alertname="Slow")
    assert len(await alerts(("receiver", pattern))) == count


async def test_groups_hold_the_alerts_of_one_name(client: httpx.AsyncClient, fire: Fire) -> None:
    for name, pod in (("A", "1"), ("A", "2"), ("B", "3")):
        await fire(alertname=name, pod=pod)
    groups: list[dict[str, Any]] = (await client.get("/api/v2/alerts/groups")).json()
    assert [(g["labels"], len(g["alerts"])) for g in groups] == [
        ({"alertname": "A"}, 2),
        ({"alertname": "B"}, 1),
    ]
    assert {g["receiver"]["name"] for g in groups} == {"incident-hub"}


async def test_status_receivers_and_health_answer_get_and_head(client: httpx.AsyncClient) -> None:
    status = (await client.get("/api/v2/status")).json()
    assert status["cluster"]["status"] == "disabled"
    assert "receiver: incident-hub" in status["config"]["original"]
    assert status["versionInfo"]["version"]
    assert datetime.fromisoformat(status["uptime"]) <= datetime.now(UTC)
    assert (await client.get("/api/v2/receivers")).json() == [{"name": "incident-hub"}]
    for path in ("/-/healthy", "/-/ready", "/api/v2/alerts", "/api/v2/silences", "/api/v2/status"):
        assert (await client.head(path)).status_code == 200
