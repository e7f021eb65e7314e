"""A made-up LLM platform: services that depend on each other, on models, prompts, tools, machines and tenants."""

import random
from dataclasses import dataclass, field

__all__ = ["Agent", "Platform", "make_platform"]

PROVIDERS = {
    "aurora": ("aurora-large", "aurora-mini", "aurora-embed"),
    "kestrel": ("kestrel-70b", "kestrel-7b"),
    "nimbus": ("nimbus-pro", "nimbus-vision"),
}
NAMES = (
    *(
        "chat",
        "search",
        "billing",
        "login",
        "catalog",
        "summariser",
        "support-bot",
        "voice-agent",
        "code-review",
    ),
    *("doc-search", "checkout", "recommender", "moderation", "translator", "inbox", "planner", "reports"),
    *("tagging", "insights", "router"),
)
STORES = ("vector-store", "orders-db", "session-cache", "event-bus", "object-store")
TOOLS = ("web-search", "calculator", "crm-lookup", "sql-runner")


@dataclass(slots=True)
class Agent:
    """One service: what it calls and where it runs."""

    name: str
    depends_on: list[str]
    provider: str = ""
    model: str = ""
    prompt: str = ""
    tool: str = ""
    node: str = ""
    zone: str = ""
    deployment: str = ""


@dataclass(slots=True)
class Platform:
    """Services by name; `stores` are services that depend on nothing."""

    agents: dict[str, Agent] = field(default_factory=dict)
    stores: dict[str, Agent] = field(default_factory=dict)

    @property
    def everything(self) -> dict[str, Agent]:
        """Every service."""
        return self.agents | self.stores

    def above(self, name: str) -> list[list[str]]:
        """Who depends on it, step by step."""
        levels: list[list[str]] = []
        seen, level = {name}, [name]
        while level:
            level = sorted(
                one.name
                for one in self.agents.values()
                if one.name not in seen and set(one.depends_on) & set(level)
            )
            seen |= set(level)
            if level:
                levels.append(level)
        return levels


def make_platform(rng: random.Random) -> Platform:
    """A random platform: later services may call earlier ones, so there is no cycle."""
    platform = Platform()
    zones = [f"zone-{letter}" for letter in "abc"]
    for name in STORES:
        node = f"node-{rng.randrange(40):02}"
        platform.stores[name] = Agent(name, [], node=node, zone=rng.choice(zones), deployment=f"{name}-r1")
    names = rng.sample(NAMES, 16)
    for place, name in enumerate(names):
        provider = rng.choice(list(PROVIDERS))
        below = rng.sample(STORES, rng.choice((0, 1, 1, 2))) + rng.sample(
            names[:place], min(place, rng.choice((0, 1, 1, 2)))
        )
        platform.agents[name] = Agent(
            name,
            sorted(set(below)),
            provider,
            rng.choice(PROVIDERS[provider]),
            f"{name}-prompt@{rng.randrange(3, 40)}",
            rng.choice((*TOOLS, "", "")),
            f"node-{rng.randrange(40):02}",
            rng.choice(zones),
            f"{name}-r{rng.randrange(100, 999)}",
        )
    return platform
