"""A real Prometheus with the hub as its Alertmanager."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from typing import Protocol

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.usefixtures("prometheus")]


class Watch(Protocol):
    """What `watch` can see."""

    def incidents(self, title: str, *, ended: bool | None = None) -> list[sqlite3.Row]: ...

    def events(self, incident_id: str) -> list[str]: ...

    def until(self, what: str, look: Callable[[], list[sqlite3.Row]]) -> sqlite3.Row: ...


def test_prometheus_opens_resolves_and_reopens_one_incident(watch: Watch) -> None:
    opened = watch.until("an open incident", lambda: watch.incidents("answers are slow", ended=False))
    labels = json.loads(opened["labels"])
    assert labels == {"alertname": "ModelSlow", "severity": "critical", "provider": "acme", "model": "gpt-x"}
    assert (opened["severity"], opened["source"], json.loads(opened["llm"])["provider"]) == (
        "P1",
        "prometheus",
        "acme",
    )
    resolved = watch.until("its end", lambda: watch.incidents("answers are slow", ended=True))
    assert resolved["resolved_by"] == "source"
    again = watch.until("its return", lambda: watch.incidents("answers are slow", ended=False))
    assert opened["id"] == resolved["id"] == again["id"]
    assert again["reopened"] >= 1
    assert again["count"] > 3
    told = watch.events(opened["id"])
    assert told[0] == "Created"
    assert told.index("Resolved") < told.index("Reopened")
    assert len(watch.incidents("answers are slow")) == 1


def test_a_firing_alert_does_not_end_while_prometheus_repeats_it(watch: Watch) -> None:
    opened = watch.until("the steady alert", lambda: watch.incidents("always there", ended=False))
    enough = opened["count"] + 8  # more seconds than it lives without a repeat
    watch.until("repeats", lambda: [i for i in watch.incidents("always there") if i["count"] > enough])
    assert {"Resolved", "Reopened"}.isdisjoint(watch.events(opened["id"]))


def test_when_prometheus_dies_the_time_to_live_of_its_alerts_ends_them(
    watch: Watch, orphan: subprocess.Popen[bytes]
) -> None:
    watch.until("the alert", lambda: watch.incidents("orphan", ended=False))
    orphan.kill()
    orphan.wait()
    ended = watch.until("its end", lambda: watch.incidents("orphan", ended=True))
    assert ended["resolved_by"] == "hub:expiry"
