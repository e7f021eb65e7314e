"""Everything the plugins registered, and what became of each of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from incident_hub_hookspecs import (
    Classifier,
    Command,
    Correlator,
    Directory,
    Enricher,
    GraphQLPart,
    LlmClient,
    LlmKind,
    Migrations,
    Notifier,
    PlaybookAction,
    PluginContext,
    Route,
    WebhookParser,
)

from incident_hub.host.status import PluginRecord

__all__ = ["Contribution", "Isolated", "Registry", "full_name"]

_log = logging.getLogger(__name__)


class Isolated(Protocol):
    """A plugin in a process of its own."""

    async def open(self) -> None:
        """Open the line to its process."""

    async def stop(self) -> None:
        """End its process."""

    def end(self) -> None:
        """End its process at once."""


@dataclass(slots=True)
class Contribution:
    """What one plugin returned from its hooks, checked, before the hub takes any of it.

    `process` is there when all of it lives in a process of its own.
    """

    migrations: list[Migrations] = field(default_factory=list)
    parsers: list[WebhookParser] = field(default_factory=list)
    classifiers: list[Classifier] = field(default_factory=list)
    enrichers: list[Enricher] = field(default_factory=list)
    correlators: list[Correlator] = field(default_factory=list)
    notifiers: list[Notifier] = field(default_factory=list)
    actions: list[PlaybookAction] = field(default_factory=list)
    llm_clients: list[LlmClient] = field(default_factory=list)
    directories: list[Directory] = field(default_factory=list)
    graphql: list[GraphQLPart] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    hooks: dict[str, Callable[..., Any]] = field(default_factory=dict)
    process: Isolated | None = None


@dataclass(slots=True)
class Registry:
    """Filled once at start. Every plugin that was found has a record; the serving ones have the rest.

    `hooks` holds the hooks that run while the hub works, by hook and plugin: each takes the spec's
    arguments by keyword, and passes on those that the plugin wants. `config_classes` are known of plugins
    with wrong options too. `isolated` holds those that run in processes of their own.
    """

    records: dict[str, PluginRecord] = field(default_factory=dict)
    contexts: dict[str, PluginContext[Any]] = field(default_factory=dict)
    config_classes: dict[str, type[Any]] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    migrations: dict[str, Migrations] = field(default_factory=dict)
    parsers: dict[str, tuple[str, WebhookParser]] = field(default_factory=dict)
    classifiers: list[tuple[str, Classifier]] = field(default_factory=list)
    enrichers: list[tuple[str, Enricher]] = field(default_factory=list)
    correlators: list[tuple[str, Correlator]] = field(default_factory=list)
    notifiers: dict[str, Notifier] = field(default_factory=dict)
    actions: dict[str, tuple[str, PlaybookAction]] = field(default_factory=dict)
    llm_clients: dict[LlmKind, tuple[str, LlmClient]] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    graphql: dict[str, GraphQLPart] = field(default_factory=dict)
    routes: dict[str, list[Route]] = field(default_factory=dict)
    commands: dict[str, list[Command]] = field(default_factory=dict)
    hooks: dict[str, dict[str, Callable[..., Any]]] = field(default_factory=dict)
    isolated: dict[str, Isolated] = field(default_factory=dict)

    def taken(self, given: Contribution) -> tuple[str, PluginRecord] | None:
        """The first slug or kind of client that another plugin has already, with that plugin's record."""
        for parser in given.parsers:
            if owner := self.parsers.get(parser.slug):
                return f"the slug `{parser.slug}`", self.records[owner[0]]
        for client in given.llm_clients:
            if rival := self.llm_clients.get(client.kind):
                return f"the client of {client.kind.value}", self.records[rival[0]]
        return None

    def take(self, context: PluginContext[Any], given: Contribution, rate: float | None) -> None:
        """Add all that one plugin brings."""
        name = context.name
        self.contexts[name] = context
        if rate is not None:
            self.rates[name] = rate
        self.migrations.update((name, one) for one in given.migrations)
        self.parsers.update((parser.slug, (name, parser)) for parser in given.parsers)
        self.classifiers.extend((name, one) for one in given.classifiers)
        self.enrichers.extend((name, one) for one in given.enrichers)
        self.correlators.extend((name, one) for one in given.correlators)
        self.notifiers.update((name, one) for one in given.notifiers)
        self.actions.update((full_name(name, one), (name, one)) for one in given.actions)
        self.llm_clients.update((one.kind, (name, one)) for one in given.llm_clients)
        self.directories.update((name, one) for one in given.directories)
        self.graphql.update((name, one) for one in given.graphql)
        if given.routes:
            self.routes[name] = given.routes
        if given.commands:
            self.commands[name] = given.commands
        if given.process is not None:
            self.isolated[name] = given.process
        for hook, function in given.hooks.items():
            self.hooks.setdefault(hook, {})[name] = function

    def fail(self, name: str, reason: str, mend: str = "") -> None:
        """Write down that a plugin failed after it was taken, and forget what it brought."""
        self.records[name].fail(reason, mend)
        self.drop(name)
        _log.warning("plugin %s is failed: %s", name, reason)

    def drop(self, name: str) -> None:
        """Forget all that one plugin brought, except its record: it failed after it was taken."""
        stages: tuple[list[Any], ...] = (self.classifiers, self.enrichers, self.correlators)
        for stage in stages:
            stage[:] = [pair for pair in stage if pair[0] != name]
        shared: tuple[dict[Any, Any], ...] = (self.parsers, self.actions, self.llm_clients)
        for known in shared:
            for key in [key for key, (owner, _) in known.items() if owner == name]:
                del known[key]
        own: tuple[dict[str, Any], ...] = (
            self.migrations, self.notifiers, self.directories, self.graphql, self.routes, self.commands,
            *self.hooks.values(),
        )  # fmt: skip
        for parts in own:
            parts.pop(name, None)
        if process := self.isolated.pop(name, None):
            process.end()


def full_name(plugin: str, action: PlaybookAction) -> str:
    """What an action is called: its plugin's name, and its own behind a dot when it has one."""
    return f"{plugin}.{action.name}" if action.name else plugin
