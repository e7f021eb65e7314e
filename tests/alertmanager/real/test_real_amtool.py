"""A real amtool against the hub that a real Prometheus feeds."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from typing import Protocol

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.usefixtures("prometheus")]

Amtool = Callable[..., str]


class Watch(Protocol):
    """What `watch` can see."""

    def incidents(self, title: str, *, ended: bool | None = None) -> list[sqlite3.Row]: ...

    def events(self, incident_id: str) -> list[str]: ...

    def until(self, what: str, look: Callable[[], list[sqlite3.Row]]) -> sqlite3.Row: ...


def test_amtool_lists_alerts_and_filters_them(watch: Watch, amtool: Amtool) -> None:
    watch.until("the steady alert", lambda: watch.incidents("always there", ended=False))
    assert "Steady" in amtool("alert", "query")
    listed = json.loads(amtool("alert", "query", "-o", "json", "alertname=Steady", "severity=~warn.*"))
    assert [a["labels"]["alertname"] for a in listed] == ["Steady"]
    assert listed[0]["status"]["state"] == "active"
    assert json.loads(amtool("alert", "query", "-o", "json", "alertname!=Steady", "model=none")) == []
    assert "Steady" in amtool("alert", "query", "-o", "extended", "Steady")


def test_amtool_silences_what_is_open_updates_lists_and_expires(watch: Watch, amtool: Amtool) -> None:
    watch.until("the steady alert", lambda: watch.incidents("always there", ended=False))
    made = amtool(
        "silence", "add", "alertname=Steady", "severity=~warn.*", "--comment=known", "--author=ann"
    ).strip()
    [muted] = json.loads(amtool("alert", "query", "-o", "json", "--silenced", "alertname=Steady"))
    assert (muted["status"]["state"], muted["status"]["silencedBy"]) == ("suppressed", [made])
    assert watch.incidents("always there")[0]["silenced_by"] == made
    assert "Steady" not in amtool("alert", "query", "--active")
    [listed] = json.loads(amtool("silence", "query", "-o", "json", "alertname=Steady"))
    assert (listed["id"], listed["comment"], listed["createdBy"]) == (made, "known", "ann")
    assert made in amtool("silence", "update", "--duration=3h", "--comment=longer", made)
    assert "longer" in amtool("silence", "query")
    amtool("silence", "expire", made)
    assert made not in amtool("silence", "query", "-q")
    assert made in amtool("silence", "query", "-q", "--expired")
    assert watch.incidents("always there")[0]["silenced_by"] is None
    [open_again] = json.loads(amtool("alert", "query", "-o", "json", "alertname=Steady"))
    assert open_again["status"]["state"] == "active"


def test_a_short_silence_ends_by_itself_and_unmutes(watch: Watch, amtool: Amtool) -> None:
    watch.until("the steady alert", lambda: watch.incidents("always there", ended=False))
    amtool("silence", "add", "alertname=Steady", "--comment=brief", "--author=ann", "--duration=3s")
    assert watch.incidents("always there")[0]["silenced_by"]
    watch.until("its end", lambda: [i for i in watch.incidents("always there") if not i["silenced_by"]])
    assert watch.events(watch.incidents("always there")[0]["id"]).count("Silenced") >= 2


def test_amtool_adds_alerts_and_shows_the_configuration(watch: Watch, amtool: Amtool) -> None:
    amtool("alert", "add", "alertname=ByHand", "severity=critical", "--annotation=summary=by hand")
    assert watch.incidents("by hand", ended=False)
    assert "receiver: incident-hub" in amtool("config", "show")
    assert "incident-hub" in amtool("config", "routes", "show")
    assert "disabled" in amtool("cluster", "show")


def test_amtool_hears_why_a_silence_is_refused(amtool: Amtool) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        amtool("silence", "add", "alertname=~(a+)+", "--comment=x", "--author=ann")
    assert "repeat around repeats" in refused.value.stderr
