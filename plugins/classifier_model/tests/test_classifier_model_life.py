"""The classifier in a hub: versions in its own tables, lessons from people, promotion and rollback."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from incident_hub.storage.database import Database
from incident_hub.storage.plugin_tables.names import Namespace
from incident_hub.storage.plugin_tables.tables import OwnTables
from incident_hub.testing.hubs import Hubs
from incident_hub_classifier_model import Settings
from incident_hub_classifier_model.commands import commands
from incident_hub_classifier_model.desk import Desk
from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.tables import lesson
from incident_hub_hookspecs import Feedback, FeedbackKind, PluginError, Severity, Tables
from incident_hub_hookspecs.testing import NOON, an_incident, plugin_context

Ask = Callable[..., Awaitable[dict[str, Any]]]
VERSIONS = (
    "{ classifierModel { versions { id serving promotedBy trainedOn { lessons } metrics { macroF1 ece } } } }"
)
GIVE = "mutation($i: GiveFeedbackInput!) { giveFeedback(input: $i) { __typename } }"
RETRAIN = "mutation { classifierModel { retrain { running version promoted why } } }"


def feedback(number: int, severity: Severity | None = Severity.P0, **more: object) -> Feedback:
    one = an_incident(
        id=f"i{number}", title="Nightly ledger export stalled", first_seen=NOON + timedelta(minutes=number)
    )
    said = Feedback(
        one, FeedbackKind.CORRECTION, f"person{number % 7}", NOON + timedelta(minutes=number), severity
    )
    return replace(said, **more)


def desk_on(tables: Tables, **settings: object) -> Desk:
    return Desk(plugin_context("classifier_model", Settings(**settings), tables=tables))


async def test_an_incident_is_judged_and_what_people_teach_makes_a_version(hub_with: Hubs, gql: Ask) -> None:
    hub = await hub_with("classifier_model", "parser_generic", config={"plugins": {"classifier_model": {
        "wait_seconds": 60, "promotion": "manual"}}, "triage": {"deadline_seconds": 100}})  # fmt: skip
    await hub.post_webhook("generic", {"title": "Complete outage: all requests fail", "source": "probe"})
    await hub.settled(60)
    asked = "{ incidents { nodes { id findings { plugin confidence value } } } }"
    (one,) = (await gql(asked))["incidents"]["nodes"]
    (said,) = one["findings"]
    assert (said["plugin"], said["value"]["severity"]) == ("classifier_model", "P0")
    assert said["value"]["reasons"][1] == "version bootstrap"
    await gql(GIVE, i={"id": one["id"], "severity": "P2"})
    await hub.settled(60)
    done = (await gql(RETRAIN))["classifierModel"]["retrain"]
    while done["running"]:
        done = (await gql(RETRAIN))["classifierModel"]["retrain"]
    shown = (await gql(VERSIONS))["classifierModel"]["versions"]
    assert [(x["serving"], x["trainedOn"]["lessons"]) for x in shown] == [(False, 1), (True, 0)]
    assert (done["version"], done["promoted"]) == (shown[0]["id"], False)
    change = "mutation { classifierModel { change: %s { id serving promotedBy } } }"
    for word, id_ in ((f'promote(id: "{shown[0]["id"]}")', shown[0]["id"]), ("rollback", "bootstrap")):
        told = (await gql(change % word))["classifierModel"]["change"]
        assert (told["id"], told["serving"]) == (id_, True)
        assert told["promotedBy"]
    compared = await gql(
        'query($b: ID!) { classifierModel { serving { id } compare(a: "bootstrap", b: $b) { lessons same } } }',
        b=shown[0]["id"],
    )
    assert compared["classifierModel"] == {
        "serving": {"id": "bootstrap"},
        "compare": {"lessons": 1, "same": 1},
    }


@pytest.fixture
async def stored(database: Database) -> Tables:
    """The plugin's tables on each kind of database."""
    await database.migrate(lesson.metadata.create_all)
    made = OwnTables("classifier_model", database, 10.0)
    made.open(Namespace.of("classifier_model", ()))
    return made


async def test_a_lesson_is_kept_once_and_the_last_word_counts(stored: Tables) -> None:
    desk = desk_on(stored, lessons_per_person=10)
    add, settings = desk.trainer.lessons.add, desk.settings()
    assert await add([feedback(1), feedback(1), feedback(2, None)], settings) == 1
    assert await add([feedback(1)], settings) == 0
    later = feedback(1, Severity.P3, at=NOON + timedelta(days=1))
    assert await add([later], settings) == 1
    false_alarm = feedback(3, None, kind=FeedbackKind.FALSE_ALARM)
    await add([false_alarm], settings)
    kept = await desk.trainer.lessons.newest(10)
    assert [(one.incident_id, one.severity) for one in kept] == [("i1", "P3"), ("i3", "P4")]
    assert kept[0].number > 1
    await add([feedback(7 * at) for at in range(10, 30)], settings)
    assert [one.incident_id for one in await desk.trainer.lessons.newest(10)] == [
        f"i{7 * at}" for at in range(20, 30)
    ]


async def test_a_better_version_serves_also_in_another_process(stored: Tables) -> None:
    here, there = desk_on(stored, lessons_kept=100), desk_on(stored, refresh_seconds=0)
    first = await there.serving.current(60)
    assert first
    assert first.id == "bootstrap"
    await here.trainer.lessons.add([feedback(at) for at in range(40)], here.settings())
    done = await here.trainer.retrain("ann")
    assert done.promoted, done.why
    again = await here.trainer.retrain("ann")
    assert (again.version, again.promoted) == (done.version, False)
    await there.serving.current(60)
    await there.serving.refresh()
    (served,) = [await there.serving.current(0)]
    assert served
    assert served.id == done.version
    (said,) = served.model.opinions([_example(feedback(1))])
    assert said
    assert said.severity == "P0"
    await here.roll_back("ann")
    assert (await there.serving.loaded()).id == "bootstrap"
    with pytest.raises(PluginError, match="no version served before"):
        await here.roll_back("ann")
    with pytest.raises(PluginError, match="there is no version 'x'"):
        await here.promote("x", "ann")
    for desk in (here, there):
        await desk.close()


def _example(one: Feedback) -> Example:
    return Example.of(one.incident)


async def test_a_version_that_cannot_be_read_is_told_and_the_first_day_serves(own_tables: Tables) -> None:
    problems: list[str] = []
    desk = Desk(plugin_context("classifier_model", Settings(), tables=own_tables, problems=problems))
    (first,) = await desk.versions()
    await desk.serving.versions.add(replace(first, id="broken"), b"no model", 20)
    await desk.serving.versions.promote("broken", "ann", NOON)
    fresh = Desk(desk.context)
    served = await fresh.serving.current(60)
    assert served
    assert served.model.opinions([_example(feedback(1))])
    assert "cannot be read" in problems[-1]
    with pytest.raises(PluginError, match="cannot be read"):
        await desk.promote("broken", "ann")


def test_commands_list_and_evaluate(
    own_tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = {one.name: one.run for one in commands(desk_on(own_tables))}
    assert set(run) == {"versions", "promote", "rollback", "retrain", "evaluate"}
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"title": "All requests fail in every region", "severity": "P0"}\n')
    assert run["evaluate"]([str(file)]) == 0
    assert "version bootstrap on 1 incidents: macro-F1" in capsys.readouterr().out
    assert run["versions"]([]) == 0
    assert "bootstrap" in capsys.readouterr().out
    file.write_text('{"title": "x", "severity": "P0"}\n{"title": "x"}\n')
    with pytest.raises(PluginError, match="line 2: 'severity' is missing"):
        run["evaluate"]([str(file)])
    with pytest.raises(PluginError, match="nobody has given a lesson yet"):
        run["retrain"]([])
