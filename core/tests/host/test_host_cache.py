"""A plugin's cache: bounded, forgetful in time, and one load for all who ask at once."""

import asyncio

import pytest
from incident_hub.host.cache import PluginCache


def test_a_value_is_forgotten_when_its_time_is_over() -> None:
    now = [0.0]
    cache = PluginCache(now=lambda: now[0])
    cache.put("a", 1, 10)
    now[0] = 9.9
    assert cache.get("a") == 1
    now[0] = 10
    assert cache.get("a") is None


def test_a_full_cache_drops_what_was_used_least_recently() -> None:
    cache = PluginCache(most=2)
    cache.put("a", 1, 10)
    cache.put("b", 2, 10)
    cache.get("a")
    cache.put("c", 3, 10)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


async def test_who_asks_at_once_waits_for_one_load_even_when_the_first_gives_up() -> None:
    cache, loads, go = PluginCache(), [], asyncio.Event()

    async def load() -> str:
        loads.append(1)
        await go.wait()
        return "value"

    asking = [asyncio.create_task(cache.get_or_load("k", load, 10)) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    go.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert answers[1:] == ["value"] * 4
    assert len(loads) == 1
    assert await cache.get_or_load("k", load, 10) == "value"


async def test_a_failed_load_is_told_to_all_and_not_kept() -> None:
    cache = PluginCache()

    async def fail() -> str:
        raise ValueError("away")

    async def work() -> str:
        return "back"

    with pytest.raises(ValueError, match="away"):
        await cache.get_or_load("k", fail, 10)
    assert await cache.get_or_load("k", work, 10) == "back"
