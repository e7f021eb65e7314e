"""Incidents are compared with those that burned near them, whenever the hub heard of either."""
# ruff: noqa: ANN401 - the rig is the triage tests' own

from typing import Any

MINUTE = 60_000_000
NOON = 1_800_000_000_000_000


class Watch:
    """A correlator that notes who is compared with whom."""

    def __init__(self, rig: Any) -> None:
        self.rig, self.pairs = rig, []
        rig.add("correlators", "watch", self._see)

    def _see(self, batch: Any, candidates: Any, _: Any) -> list[list[Any]]:
        for one, found in zip(batch, candidates, strict=True):
            self.pairs += [(one.title, other.title) for other in found]
        return [[] for _ in batch]

    async def burned(self, title: str, first: float, last: float | None = None, came: float = 0) -> str:
        """An incident; minutes from noon: when it burned, and when the hub heard of it."""
        seen = first if last is None else last
        times = {"first_seen": first, "last_seen": seen, "created_at": came}
        given = {name: NOON + int(value * MINUTE) for name, value in times.items()}
        (key,) = await self.rig.incidents(1, title=title, **given)
        return str(key)

    async def triaged(self, *ids: str) -> list[tuple[str, str]]:
        self.pairs.clear()
        await self.rig.triage(ids)
        return sorted(self.pairs)


async def test_what_happened_years_apart_is_not_compared_though_it_came_together(rig: Any) -> None:
    watch, year = Watch(rig), 366 * 24 * 60
    ids = [await watch.burned(f"{years} years ago", -years * year - minutes, came=minutes / 1000)
           for minutes in (0, 1) for years in (0, 1, 2)]  # fmt: skip
    assert await watch.triaged(*ids) == [(f"{n} years ago", f"{n} years ago") for n in (0, 1, 2)]


async def test_a_late_one_is_compared_with_those_that_burned_before_and_after_it_began(rig: Any) -> None:
    watch = Watch(rig)
    for title, first in (("long before", 10), ("before", 27), ("after", 33), ("long after", 36), ("now", 59)):
        await watch.burned(title, first, came=first)
    late = await watch.burned("late", 30, came=60)
    assert await watch.triaged(late) == [("late", "after"), ("late", "before")]


async def test_each_pair_is_seen_once_by_the_one_that_came_later(rig: Any) -> None:
    watch = Watch(rig)
    old = await watch.burned("old", 10, came=10)
    late = await watch.burned("late", 9, came=12)
    assert await watch.triaged(old) == []
    assert await watch.triaged(late) == [("late", "old")]
    again = [await watch.burned("other", 30, came=30), await watch.burned("later", 29, came=31)]
    assert await watch.triaged(*again) == [("other", "later")]


async def test_what_began_before_the_window_and_burns_still_is_near_and_what_ended_is_not(rig: Any) -> None:
    watch = Watch(rig)
    await watch.burned("burns", 0, last=29, came=0)
    await watch.burned("ended", 0, last=29, came=0)
    ended = next(row["id"] for row in await rig.rows("incident", title="ended"))
    await rig.change("incident", ended, resolved_at=NOON + 10 * MINUTE)
    new = await watch.burned("new", 30, came=30)
    assert await watch.triaged(new) == [("new", "burns")]


async def test_a_storm_around_it_does_not_hide_what_burned_when_a_late_one_began(rig: Any) -> None:
    watch = Watch(rig)
    friend = await watch.burned("friend", 30, came=30)
    await rig.incidents(
        2500, title="storm", **dict.fromkeys(("first_seen", "last_seen", "created_at"), NOON + 33 * MINUTE)
    )
    late = await watch.burned("late", 30, came=34)
    assert ("late", "friend") in await watch.triaged(late)
    assert friend
