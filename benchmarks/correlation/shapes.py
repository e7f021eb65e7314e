"""Twenty shapes of trouble over a platform, each with known causes. Times are seconds from the begin."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from signals import Signal, signal
from topology import PROVIDERS, STORES, Agent, Platform

__all__ = ["SHAPES"]

Shape = Callable[[random.Random, Platform], list[Signal]]


def _some(rng: random.Random, found: list[Agent], least: int = 2) -> list[Agent]:
    return rng.sample(found, max(min(least, len(found)), int(len(found) * rng.uniform(0.7, 1))))


def _spread(
    rng: random.Random, agents: list[Agent], symptom: str, cause: str, start: float, span: float
) -> list[Signal]:
    return [signal(rng, one, symptom, start + rng.uniform(0, span), cause) for one in agents]


def _noise(rng: random.Random, platform: Platform, count: int, span: float) -> list[Signal]:
    """Troubles of their own, one a cause."""
    chosen = rng.sample(list(platform.everything.values()), min(count, len(platform.everything)))
    return [signal(rng, one, "disk", rng.uniform(0, span), f"noise {one.name}") for one in chosen]


def _calling(platform: Platform, provider: str, model: str = "") -> list[Agent]:
    return [a for a in platform.agents.values() if a.provider == provider and model in ("", a.model)]


def _busiest(platform: Platform) -> str:
    return max(PROVIDERS, key=lambda name: len(_calling(platform, name)))


def provider_outage(rng: random.Random, platform: Platform) -> list[Signal]:
    name = _busiest(platform)
    hit = _some(rng, _calling(platform, name))
    return _spread(rng, hit, "provider", f"outage of {name}", 5, 90) + _noise(rng, platform, 2, 200)


def model_outage(rng: random.Random, platform: Platform) -> list[Signal]:
    name = _busiest(platform)
    models = {a.model for a in _calling(platform, name)}
    model = max(sorted(models), key=lambda m: len(_calling(platform, name, m)))
    return _spread(rng, _calling(platform, name, model), "errors", f"outage of {model}", 5, 90) + _noise(
        rng, platform, 2, 200
    )


def prompt_rollout(rng: random.Random, platform: Platform) -> list[Signal]:
    one = rng.choice(list(platform.agents.values()))
    signals = [signal(rng, one, "quality", 10 + 25 * n + rng.uniform(0, 20), "bad prompt") for n in range(6)]
    return signals + _noise(rng, platform, 3, 200)


def tool_failure(rng: random.Random, platform: Platform) -> list[Signal]:
    tools = sorted({a.tool for a in platform.agents.values() if a.tool})
    tool = max(tools, key=lambda t: sum(a.tool == t for a in platform.agents.values()))
    users = [a for a in platform.agents.values() if a.tool == tool]
    return _spread(rng, users, "tool", f"{tool} fails", 5, 100) + _noise(rng, platform, 2, 200)


def _cascade(
    rng: random.Random, platform: Platform, root: str, step: float, symptom: str = "errors"
) -> list[Signal]:
    cause, origin = f"{root} broke", platform.everything[root]
    signals = [signal(rng, origin, "node", 0, cause), signal(rng, origin, symptom, rng.uniform(2, 10), cause)]
    for depth, level in enumerate(platform.above(root), start=1):
        for name in level:
            if rng.random() < 0.9**depth:
                at = depth * step + rng.uniform(0, step)
                signals.append(signal(rng, platform.agents[name], symptom, at, cause))
    return signals


def _root(platform: Platform) -> str:
    return max(STORES, key=lambda name: sum(map(len, platform.above(name))))


def store_cascade(rng: random.Random, platform: Platform) -> list[Signal]:
    return _cascade(rng, platform, _root(platform), 30) + _noise(rng, platform, 2, 200)


def latency_cascade(rng: random.Random, platform: Platform) -> list[Signal]:
    return _cascade(rng, platform, _root(platform), 60, "latency") + _noise(rng, platform, 2, 250)


def vector_store_degrades(rng: random.Random, platform: Platform) -> list[Signal]:
    users = [a for a in platform.agents.values() if "vector-store" in a.depends_on]
    cause = "vector-store slow"
    signals = [signal(rng, platform.stores["vector-store"], "latency", 0, cause)]
    return signals + _spread(rng, users, "latency", cause, 10, 80) + _noise(rng, platform, 2, 200)


def node_failure(rng: random.Random, platform: Platform) -> list[Signal]:
    chosen = rng.sample(list(platform.everything.values()), 4)
    moved = [replace(one, node="node-77", zone="zone-a") for one in chosen]
    return _spread(rng, moved, "node", "node-77 died", 0, 40) + _noise(rng, platform, 2, 200)


def rate_limit(rng: random.Random, platform: Platform) -> list[Signal]:
    name = _busiest(platform)
    return _spread(rng, _some(rng, _calling(platform, name)), "limit", f"quota of {name}", 5, 120)


def tenant_abuse(rng: random.Random, platform: Platform) -> list[Signal]:
    chosen = rng.sample(list(platform.agents.values()), 5)
    cause = "tenant-13 floods"
    return [signal(rng, one, "cost", rng.uniform(0, 120), cause, tenant="tenant-13") for one in chosen]


def cost_runaway(rng: random.Random, platform: Platform) -> list[Signal]:
    one = rng.choice(list(platform.agents.values()))
    return [
        signal(rng, one, kind, 20 * n, "agent loops")
        for n, kind in enumerate(("cost", "limit", "latency", "cost"))
    ]


def bad_deployment(rng: random.Random, platform: Platform) -> list[Signal]:
    one = rng.choice(list(platform.agents.values()))
    kinds = ("errors", "latency", "node", "errors", "latency")
    signals = [
        signal(rng, one, kind, 15 * n + rng.uniform(0, 10), f"release of {one.name}")
        for n, kind in enumerate(kinds)
    ]
    return signals + _noise(rng, platform, 3, 200)


def flapping(rng: random.Random, platform: Platform) -> list[Signal]:
    one = rng.choice(list(platform.agents.values()))
    return [signal(rng, one, "errors", 45.0 * n, f"{one.name} flaps") for n in range(6)] + _noise(
        rng, platform, 2, 250
    )


def slow_burn(rng: random.Random, platform: Platform) -> list[Signal]:
    return _cascade(rng, platform, _root(platform), 140, "latency") + _noise(rng, platform, 3, 500)


def _two(one: list[Signal], other: list[Signal]) -> list[Signal]:
    """Two faults at once; a service that both hit shows the first only."""
    taken = {s.labels.get("service") for s in one} - {None}
    return one + [s for s in other if s.labels.get("service") not in taken]


def overlapping(rng: random.Random, platform: Platform) -> list[Signal]:
    name = _busiest(platform)
    outage = _spread(rng, _some(rng, _calling(platform, name)), "provider", f"outage of {name}", 5, 90)
    lonely = min(STORES, key=lambda s: sum(map(len, platform.above(s))))
    return _two(outage, _cascade(rng, platform, lonely, 30))


def two_providers(rng: random.Random, platform: Platform) -> list[Signal]:
    one, other = sorted(PROVIDERS, key=lambda p: -len(_calling(platform, p)))[:2]
    first = _spread(rng, _calling(platform, one), "provider", f"outage of {one}", 5, 60)
    return first + _spread(rng, _calling(platform, other), "provider", f"outage of {other}", 20, 60)


def two_models_of_one_provider(rng: random.Random, platform: Platform) -> list[Signal]:
    """The trap: one provider, two causes, each on a model of its own."""
    name = _busiest(platform)
    models = sorted({a.model for a in _calling(platform, name)})[:2]
    return [
        s
        for at, model in enumerate(models)
        for s in _spread(
            rng, _calling(platform, name, model), ("quality", "limit")[at], f"{model} odd", 200 * at, 60
        )
    ]


def alike_but_strangers(rng: random.Random, platform: Platform) -> list[Signal]:
    """The trap: the same words for services that have nothing to do with each other."""
    chosen = [a for a in platform.everything.values() if not a.depends_on][:6]
    return [signal(rng, one, "disk", rng.uniform(0, 200), f"housekeeping {one.name}") for one in chosen]


def only_noise(rng: random.Random, platform: Platform) -> list[Signal]:
    return _noise(rng, platform, 12, 280)


def zone_outage(rng: random.Random, platform: Platform) -> list[Signal]:
    hit = [a for a in platform.everything.values() if a.zone == "zone-b"][:8]
    return _spread(rng, hit, "node", "zone-b lost power", 0, 30) + _noise(rng, platform, 1, 200)


def embedding_drift(rng: random.Random, platform: Platform) -> list[Signal]:
    users = [a for a in platform.agents.values() if "vector-store" in a.depends_on] or list(
        platform.agents.values()
    )[:3]
    same = [replace(one, provider="aurora", model="aurora-embed") for one in users]
    return _spread(rng, same, "quality", "embeddings drift", 0, 150)


def _apart(shape: Shape, rng: random.Random, platform: Platform) -> list[Signal]:
    """Troubles of their own happen to services that the fault does not touch: who is to say otherwise?"""
    signals = shape(rng, platform)
    hit = {one.service for one in signals if not one.cause.startswith("noise")}
    return [one for one in signals if not one.cause.startswith("noise") or one.service not in hit]


def _shapes() -> Iterator[tuple[str, Shape]]:
    for shape in (
        provider_outage, model_outage, prompt_rollout, tool_failure, store_cascade, latency_cascade,
        vector_store_degrades, node_failure, rate_limit, tenant_abuse, cost_runaway, bad_deployment, flapping,
        slow_burn, overlapping, two_providers, two_models_of_one_provider, alike_but_strangers, only_noise,
        zone_outage, embedding_drift,
    ):  # fmt: skip
        yield shape.__name__, partial(_apart, shape)


SHAPES: dict[str, Shape] = dict(_shapes())
