"""Linked incidents come together: made, joined, merged, limited, and whole under concurrency."""
# ruff: noqa: ANN401, ARG005 - the rig and what fakes answer are whatever a test makes them

import asyncio
from typing import Any

from incident_hub.host.config import CorrelationConfig
from incident_hub_hookspecs import Link


def _all(score: float = 0.9) -> Any:
    return lambda batch, found, _: [[Link(o.id, score, "near") for o in f] for f in found]


async def test_a_group_is_made_then_joined(rig: Any) -> None:
    rig.add("correlators", "links", _all())
    first = await rig.incidents(2)
    await rig.incidents(1, severity="P1")
    await rig.triage(first)
    assert len(await rig.rows("incident_group")) == 1
    third = [row["id"] for row in await rig.rows("incident") if row["state"] == "detected"]
    await rig.triage(third)
    (group,) = await rig.rows("incident_group")
    assert (group["size"], group["primary_incident_id"], group["score"]) == (3, third[0], "0.9000")
    assert {row["group_id"] for row in await rig.rows("incident")} == {group["id"]}
    assert len(await rig.rows("event", type="Grouped")) == 3


async def test_a_weak_link_groups_nobody(rig: Any) -> None:
    rig.add("correlators", "links", _all(0.3))
    await rig.triage(await rig.incidents(3))
    assert await rig.rows("incident_group") == []


async def test_a_link_between_groups_merges_them_into_the_largest(rig: Any) -> None:
    rig.add("correlators", "links", _all())
    small = await rig.incidents(2, correlation_key="a")
    large = await rig.incidents(3, correlation_key="b", created_at=1)
    await rig.triage(small)
    await rig.triage(large)
    before = {row["id"]: row["size"] for row in await rig.rows("incident_group")}
    assert sorted(before.values()) == [2, 3]
    rig.registry.correlators.clear()
    pair = [Link(small[0], 0.8, "x"), Link(large[0], 0.8, "y")]
    rig.add("correlators", "bridge", lambda batch, found, _: [pair])
    for one in large:
        await rig.change("incident", one, created_at=1_800_000_000_002_500)
    bridge = await rig.incidents(1, correlation_key="c")
    await rig.triage(bridge)
    kept = next(key for key, size in before.items() if size == 3)
    groups = {row["id"]: (row["size"], row["merged_into"]) for row in await rig.rows("incident_group")}
    assert groups[kept] == (6, None)
    assert [value for key, value in groups.items() if key != kept] == [(0, kept)]
    assert {row["group_id"] for row in await rig.rows("incident")} == {kept}
    assert {row["group_id"] for row in await rig.rows("link")} == {kept}


async def test_no_group_outgrows_its_limit(rig: Any) -> None:
    rig.configure(correlation=CorrelationConfig(max_group_size=4))
    rig.add("correlators", "links", _all())
    ids = await rig.incidents(30)
    for start in range(0, 30, 10):
        await rig.triage(ids[start : start + 10])
    groups = await rig.rows("incident_group")
    assert max(group["size"] for group in groups) == 4
    members = [row["group_id"] for row in await rig.rows("incident") if row["group_id"]]
    assert all(members.count(group["id"]) == group["size"] for group in groups)


async def test_two_workers_at_once_leave_groups_whole(rig: Any) -> None:
    rig.configure(correlation=CorrelationConfig(max_group_size=1000))
    rig.add("correlators", "links", _all())
    ids = await rig.incidents(60)
    parts = [ids[start::6] for start in range(6)]
    assert await asyncio.gather(*(rig.triage(part) for part in parts)) == ["done"] * 6
    groups = {row["id"]: row for row in await rig.rows("incident_group")}
    rows = await rig.rows("incident")
    live = [group for group in groups.values() if group["merged_into"] is None]
    members = [row["group_id"] for row in rows]
    assert all(members.count(group["id"]) == group["size"] for group in live)
    assert set(members) <= {group["id"] for group in live}
    assert all(row["group_id"] in set(members) for row in await rig.rows("link"))
    assert all(row["state"] == "triaged" for row in rows)
