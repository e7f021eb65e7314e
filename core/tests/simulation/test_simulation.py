"""Stored alerts, replayed through another configuration: what would be different, with nothing touched."""

from typing import Any

import pytest
from incident_hub.domain.rules import RuleKind
from incident_hub.domain.times import SECOND, to_micros
from incident_hub.simulation.run import SimulationError
from incident_hub.simulation.stored import count_alerts
from incident_hub.storage.tables import event, incident, job, silence
from incident_hub_hookspecs import Severity
from incident_hub_hookspecs.testing import NOON
from sqlalchemy import Connection, func, select

from .conftest import Past, an_hour

RULE = {"any": ["tokens"], "type": "performance", "severity": "P1"}


def rows(connection: Connection) -> list[int]:
    return [
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (incident, event, job)
    ]


async def test_the_same_configuration_makes_the_same_of_the_alerts(past: Past) -> None:
    await an_hour(past)
    report = await past.simulated()
    assert not report.differs, report
    assert (report.alerts, report.unreadable, report.plugins) == (7, 0, [])
    assert (report.incidents.before, report.incidents.after) == (5, 5)
    assert (report.groups.before, report.grouped.after) == (1, 2)
    told = {(one.target, one.event): one.before for one in report.pages}
    assert told == {("notifier_webhook.0", "created"): 3, ("notifier_webhook.0", "resolved"): 1}


async def test_rules_route_in_the_replay_as_they_did(past: Past) -> None:
    hub = past.running.hub
    route = {
        "id": "all",
        "condition": "incident.severity <= 'P2'",
        "receivers": ["target:notifier_webhook.0", "user:ann"],
    }
    await hub.rules.save(RuleKind.ROUTE, route, "ann")
    await an_hour(past)
    report = await past.simulated()
    told = {(one.target, one.event): (one.before, one.after) for one in report.pages}
    assert told["user:ann", "created"][0] > 0
    assert all(before == after for before, after in told.values()), told


async def test_nothing_is_touched_and_nothing_is_sent(past: Past) -> None:
    await an_hour(past)
    database, sent = past.running.hub.database, len(past.http.sent)
    before = await database.read(rows)
    report = await past.simulated({"triage": {"correlation": {"window_seconds": 5}}})
    assert report.pages[0].after == 3
    assert (await database.read(rows), len(past.http.sent)) == (before, sent)


async def test_a_shorter_window_splits_an_incident(past: Past) -> None:
    found = await an_hour(past)
    report = await past.simulated({"deduplication": {"window_seconds": 300}})
    assert (report.split, report.joined, report.incidents.after) == (1, 0, 6)
    (split,) = report.splits
    assert (split.one.incident_id, split.one.alerts) == (found["outage"], 2)
    assert [part.alerts for part in split.parts] == [1, 1]
    assert len({key for part in split.parts for key in part.alert_ids}) == 2
    assert next(one.after for one in report.pages if one.event == "created") == 4


async def test_a_longer_window_joins_incidents(past: Past) -> None:
    found = await an_hour(past)
    report = await past.simulated({"deduplication": {"window_seconds": 3600}})
    (join,) = report.joins
    assert {part.incident_id for part in join.parts} == {found["outage"], found["again"]}
    assert join.one.alerts == 3
    assert (report.gone, report.joined, report.incidents.after) == (0, 1, 4)


async def test_changed_rules_of_a_plugin_change_severity_type_and_pages(past: Past) -> None:
    found = await an_hour(past)
    report = await past.simulated({"plugins": {"classifier_rules": {"rules": [RULE]}}})
    (change,) = report.changes
    assert change.incident_id == found["tokens"]
    assert (change.severity_after, change.type_after) == ("P1", "performance")
    assert change.severity_before != "P1"
    assert next((one.before, one.after) for one in report.pages if one.event == "created") == (3, 4)


async def test_other_correlation_changes_the_company(past: Past) -> None:
    found = await an_hour(past)
    report = await past.simulated({"plugins": {"correlator_window": {"min_score": 1.0}}})
    assert (report.groups.before, report.groups.after, report.regrouped) == (1, 0, 2)
    assert {one.incident_id: one.without for one in report.group_changes} == {
        found["outage"]: [found["slow"]],
        found["slow"]: [found["outage"]],
    }


async def test_silences_of_that_time_mute_in_the_replay_too(past: Past) -> None:
    quiet: dict[str, Any] = {
        "id": "s",
        "matchers": '[{"name":"source","value":"gateway"}]',
        "starts_at": to_micros(NOON),
        "ends_at": to_micros(NOON) + 60 * SECOND,
        "created_by": "ann",
        "comment": "",
        "updated_at": 0,
    }
    await past.running.hub.database.write(lambda connection: connection.execute(silence.insert(), [quiet]))
    await past.fire("a", severity=Severity.P0)
    past.pass_seconds(61)
    await past.fire("b", severity=Severity.P0)
    report = await past.simulated()
    assert not report.differs
    assert [(one.before, one.after) for one in report.pages] == [(1, 1)]


async def test_an_incident_from_before_is_counted_and_not_compared(past: Past) -> None:
    await an_hour(past)
    report = await past.simulated(after=300)
    assert (report.alerts, report.carried, report.changed, report.gone) == (5, 1, 0, 0)


async def test_an_alert_that_cannot_be_read_is_left_out_and_said(past: Past) -> None:
    await past.fire("a", "b")
    await past.running.hub.database.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE alert SET body = '{}' WHERE body LIKE '%\"a\"%'"
        )
    )
    report = await past.simulated()
    assert (report.alerts, report.unreadable, report.incidents.after) == (2, 1, 1)


async def test_too_many_alerts_and_none_are_refused_with_what_mends_it(past: Past) -> None:
    await past.fire("a", "b")
    with pytest.raises(SimulationError, match=r"2 alerts are stored .* 1 is the limit"):
        await past.simulated(limit=1)
    with pytest.raises(SimulationError, match="no alert is stored between 2"):
        await past.simulated(after=0.5)
    with pytest.raises(SimulationError, match="since must be the earlier one"):
        await past.simulated(after=100)
    assert await past.running.hub.database.read(lambda connection: count_alerts(connection, past.span())) == 2
