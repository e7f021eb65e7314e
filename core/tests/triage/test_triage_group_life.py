"""Groups have a life of their own: least sizes, states, people who take incidents out or fold groups."""
# ruff: noqa: ANN401, ARG005 - the rig and what fakes answer are whatever a test makes them

from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND
from incident_hub.host.config import CorrelationConfig
from incident_hub.lifecycle import InvalidInputError, Lifecycle
from incident_hub.triage.group_states import sweep_groups
from incident_hub.triage.grouping import Grouping
from incident_hub.triage.placement import Placement
from incident_hub_hookspecs import Link

NOW = 1_800_000_100 * SECOND


def linked(rig: Any) -> None:
    rig.add(
        "correlators", "links", lambda batch, found, _: [[Link(o.id, 0.9, "near") for o in f] for f in found]
    )


def people(rig: Any) -> tuple[Grouping, Lifecycle]:
    return Grouping(rig.database, HubClock(), lambda: None), Lifecycle(rig.database, HubClock(), lambda: None)


async def group_of(rig: Any, one: str) -> str | None:
    (row,) = await rig.rows("incident", id=one)
    found: str | None = row["group_id"]
    return found


async def test_who_was_taken_out_never_comes_back_by_itself(rig: Any) -> None:
    linked(rig)
    ids = await rig.incidents(3)
    await rig.triage(ids)
    group = await group_of(rig, ids[0])
    grouping, _ = people(rig)
    row = await grouping.separate(ids[1], "ann", reason="another customer")
    assert (row["group_id"], row["version"]) == (None, 3)
    (left,) = await rig.rows("incident_group")
    assert (left["size"], left["state"]) == (2, "active")
    assert all(ids[1] not in (one["incident_id"], one["other_id"]) for one in await rig.rows("link"))
    rig.registry.correlators.clear()
    rig.add(
        "correlators", "bridge", lambda batch, found, _: [[Link(ids[1], 0.9, "x"), Link(ids[0], 0.9, "y")]]
    )
    (bridge,) = await rig.incidents(1)
    await rig.triage([bridge])
    assert await group_of(rig, ids[0]) == group
    assert await group_of(rig, bridge) != group or await group_of(rig, ids[1]) is None
    assert await group_of(rig, ids[1]) != group


async def test_a_group_of_one_is_none(rig: Any) -> None:
    linked(rig)
    ids = await rig.incidents(2)
    await rig.triage(ids)
    grouping, _ = people(rig)
    await grouping.separate(ids[0], "ann")
    assert [row["group_id"] for row in await rig.rows("incident")] == [None, None]
    (gone,) = await rig.rows("incident_group")
    assert (gone["size"], gone["state"]) == (0, "closed")
    assert {row["incident_id"] for row in await rig.rows("event", type="Ungrouped")} == set(ids)
    with pytest.raises(InvalidInputError, match="in no group"):
        await grouping.separate(ids[0], "ann")


async def test_people_fold_groups_and_their_newer_word_counts(rig: Any) -> None:
    linked(rig)
    one = await rig.incidents(3, correlation_key="a")
    two = await rig.incidents(2, correlation_key="b", created_at=1)
    await rig.triage(one)
    await rig.triage(two)
    source, target = await group_of(rig, two[0]), await group_of(rig, one[0])
    grouping, _ = people(rig)
    await grouping.separate(one[2], "ann")
    primary = await grouping.merge(str(source), str(target), "bob", reason="one cause")
    assert primary["group_id"] == target
    assert {await group_of(rig, key) for key in (*one[:2], *two)} == {target}
    (kept,) = await rig.rows("incident_group", id=target)
    (gone,) = await rig.rows("incident_group", id=source)
    assert (kept["size"], gone["size"], gone["merged_into"], gone["state"]) == (4, 0, target, "closed")
    assert [row["incident_id"] for row in await rig.rows("separation")] == [one[2]]
    with pytest.raises(InvalidInputError, match="source_id"):
        await grouping.merge(str(source), str(target), "bob")


async def test_a_group_ends_with_its_last_incident_closes_later_and_comes_back(rig: Any) -> None:
    linked(rig)
    ids = await rig.incidents(2)
    await rig.triage(ids)
    _, lifecycle = people(rig)

    async def sweep(now: int) -> str:
        await rig.database.write(lambda c: sweep_groups(c, 60 * SECOND, now))
        (group,) = await rig.rows("incident_group")
        return str(group["state"])

    assert await sweep(NOW) == "active"
    for one in ids:
        await lifecycle.resolve(one, "ann")
    assert await sweep(NOW) == "resolved"
    await lifecycle.reopen(ids[0], "again", "ann")
    assert await sweep(NOW + SECOND) == "active"
    await lifecycle.resolve(ids[0], "ann")
    assert await sweep(NOW + 2 * SECOND) == "resolved"
    assert await sweep(NOW + 30 * SECOND) == "resolved"
    assert await sweep(NOW + 62 * SECOND) == "closed"
    moves = [row["data"]["after"] for row in await rig.rows("event", type="GroupStateChanged")]
    assert moves == ["resolved", "active", "resolved", "closed"]


async def test_a_pair_waits_for_the_third_where_groups_need_three(rig: Any) -> None:
    rig.configure(correlation=CorrelationConfig(min_group_size=3))
    linked(rig)
    pair = await rig.incidents(2)
    await rig.triage(pair)
    assert await rig.rows("incident_group") == []
    assert [row["group_id"] for row in await rig.rows("link")] == [""]
    rig.registry.correlators.clear()
    rig.add("correlators", "one", lambda batch, found, _: [[Link(pair[0], 0.9, "near")]])
    (third,) = await rig.incidents(1)
    await rig.triage([third])
    (group,) = await rig.rows("incident_group")
    assert group["size"] == 3
    assert {row["group_id"] for row in await rig.rows("incident")} == {group["id"]}
    assert {row["group_id"] for row in await rig.rows("link")} == {group["id"]}


def test_merging_never_reunites_who_was_taken_apart() -> None:
    member, apart = {"a": "g", "b": "h"}, [("x", "g")]
    placement = Placement(member, {"g": 2, "h": 2}, 9, lambda: "n", apart=apart, elsewhere={"x": "h"})
    assert not placement.join("a", "b")
    assert not placement.join("x", "a")
    assert placement.join("y", "a")
